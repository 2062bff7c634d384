// SPDX-License-Identifier: GPL-2.0-or-later
import type { Report } from "./model";

// The part of the page's address behind #: what is shown, and which runs are looked for.
//   #q=epipe&verdict=failed,error&kernel=debian-6.12        the overview
//   #run=RstAfterFin.SecondWriteFailsWithEpipe.IPv4@debian-6.12        a run
// A run goes by the name of its folder, which another report gives to the same run; #run=12 is the
// thirteenth of this report.

export interface Query {
  q: string; // words, each of which is to be found
  verdict: string[]; // Status.id
  family: string;
  kernel: string[]; // columnNames()
  ip: string[];
  only: string[]; // "differs", "outdated"
}

export interface Place {
  run?: string;
  query: Query;
}

const lists = ["verdict", "kernel", "ip", "only"] as const;

// Signs that are common in names are left as they are.
function encode(text: string): string {
  return encodeURIComponent(text).replace(/%(40|2F|3A|3B|2C)/g, (code) => decodeURIComponent(code));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, " "));
  } catch {
    return text;
  }
}

export function emptyQuery(): Query {
  return { q: "", verdict: [], family: "", kernel: [], ip: [], only: [] };
}

export function isEmpty(query: Query): boolean {
  return !query.q.trim() && !query.family && lists.every((name) => query[name].length === 0);
}

export function parsePlace(hash: string): Place {
  const place: Place = { query: emptyQuery() };
  for (const part of hash.replace(/^#/, "").split("&")) {
    const equals = part.indexOf("=");
    if (equals < 0) continue;
    const name = part.slice(0, equals);
    const value = part.slice(equals + 1);
    if (name === "run") place.run = decode(value);
    if (name === "q" || name === "family") place.query[name] = decode(value);
    for (const list of lists) {
      // The comma parts, one that is a part of a name is written %2C.
      if (name === list) place.query[list] = value.split(",").filter(Boolean).map(decode);
    }
  }
  return place;
}

export function formatPlace(place: Place): string {
  const parts: string[] = [];
  if (place.run !== undefined) parts.push(`run=${encode(place.run)}`);
  if (place.query.q.trim()) parts.push(`q=${encode(place.query.q)}`);
  if (place.query.family) parts.push(`family=${encode(place.query.family)}`);
  for (const list of lists) {
    const values = place.query[list].map((value) => encode(value).replace(/,/g, "%2C"));
    if (values.length > 0) parts.push(`${list}=${values.join(",")}`);
  }
  return "#" + parts.join("&");
}

// Kernels by name; one that was run in several ways (venue, timers) tells them apart.
export function columnNames(report: Report): string[] {
  const kernels = report.columns.map((column) => column.kernel || "this kernel");
  return report.columns.map((column, i) =>
    kernels.filter((kernel) => kernel === kernels[i]).length === 1
      ? kernels[i] : `${kernels[i]} ${column.venue} ${column.profile}`);
}

// The names of runs and back.
export class Addresses {
  private readonly names: string[] = [];
  private readonly runs = new Map<string, number>();

  constructor(report: Report) {
    for (const [index, run] of report.runs.entries()) {
      const name = run.folder ?? `${report.stories[run.story].name}.${run.ip}`;
      // A control run that names no cause has no folder of its own.
      let unique = name;
      for (let i = 2; this.runs.has(unique); ++i) unique = `${name};${i}`;
      this.names.push(unique);
      this.runs.set(unique, index);
    }
  }

  of(run: number): string {
    return this.names[run];
  }

  find(address: string): number | undefined {
    const run = this.runs.get(address);
    if (run !== undefined) return run;
    return /^\d{1,9}$/.test(address) && Number(address) < this.names.length ? Number(address) : undefined;
  }
}

// A file of a run's evidence, beside the page. Names are segments of a path and nothing else.
export function fileAddress(folder: string, file = ""): string {
  return `./${encodeURIComponent(folder)}/${encodeURIComponent(file)}`;
}

// SPDX-License-Identifier: GPL-2.0-or-later
import { formatPlace, type Query } from "../address";
import { html } from "../dom";
import type { Report } from "../model";
import { statusOf } from "../status";

export interface Neighbours {
  at: number; // from 0; -1 if the run is none of those found
  of: number;
  previous?: number;
  next?: number;
}

// `list` holds the runs found in the order of `position`, which every run has.
export function neighboursOf(run: number, list: readonly number[], position: (run: number) => number): Neighbours {
  const at = list.indexOf(run);
  if (at >= 0) return { at, of: list.length, previous: list[at - 1], next: list[at + 1] };
  const behind = list.findIndex((other) => position(other) > position(run));
  const next = behind < 0 ? list.length : behind;
  return { at, of: list.length, previous: list[next - 1], next: list[next] };
}

function sibling(report: Report, index: number, current: number, href: (run: number) => string): HTMLElement {
  const run = report.runs[index];
  const status = statusOf(run);
  const what = run.control === undefined ? run.ip
    : run.control === "" ? `${run.ip} without a cause` : `${run.ip} without “${run.control}”`;
  const text = `${what}${run.repeat > 1 ? ` run ${run.repeat}` : ""}`;
  return html("a", { href: href(index), class: status.tone, "aria-current": index === current && "true",
                     "aria-label": `${text}: ${status.word}`, title: run.headline }, `${status.mark} ${text}`);
}

// Above a run: the way back, the runs before and after it, and the other runs of its story.
export function runBar(report: Report, columns: string[], current: number, siblings: readonly number[],
                       query: Query, neighbours: Neighbours, href: (run: number) => string): HTMLElement {
  const { at, of, previous, next } = neighbours;
  const step = (run: number | undefined, text: string, label: string) =>
    run === undefined ? html("span", { class: "muted", "aria-hidden": "true" }, text)
                      : html("a", { href: href(run), rel: label, "aria-label": `${label} run` }, text);
  const own = report.runs[current];
  const rows = report.columns.map((_, column) => {
    // Of controls, whose causes are many words, those of the run that is shown are here.
    const runs = siblings.filter((index) => {
      const run = report.runs[index];
      const near = column === own.column && run.ip === own.ip && run.repeat === own.repeat;
      return run.column === column && (run.control === undefined || near);
    });
    return { column, runs };
  }).filter(({ runs }) => runs.length > 0);
  return html("nav", { class: "run-bar screen-only", "aria-label": "Runs" },
    html("div", { class: "steps" },
      html("a", { href: formatPlace({ query }), class: "up", "aria-label": "Overview" }, "‹ Overview"),
      html("span", {}, step(previous, "‹ previous", "prev"), " ",
        html("span", { class: "muted" }, at >= 0 ? `${at + 1} of ${of}` : `${of} found`), " ", step(next, "next ›", "next"))),
    html("ul", { class: "siblings" }, ...rows.map(({ column, runs }) =>
      html("li", {}, html("span", { class: "muted" }, columns[column]),
        ...runs.slice(0, 24).map((index) => sibling(report, index, current, href)),
        runs.length > 24 && html("span", { class: "muted" }, `${runs.length - 24} more in the overview`)))));
}

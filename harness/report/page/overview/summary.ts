// SPDX-License-Identifier: GPL-2.0-or-later
import { columnNames, emptyQuery, formatPlace } from "../address";
import { html } from "../dom";
import { count, many, ratio, seconds } from "../format";
import type { Guest, Report } from "../model";
import { statuses, statusOf } from "../status";

// "Did it go as expected?", and what ran where.

function verdictLine(report: Report): HTMLElement {
  const { failed, vacuous, controls, red } = report.tally;
  const lost = (report.guests ?? []).filter((guest) => guest.error);
  if (report.interrupted) return html("h1", { class: "warn" }, "Interrupted");
  if (failed > 0) return html("h1", { class: "bad" }, `${count(failed)} failed`);
  if (lost.length > 0) return html("h1", { class: "bad" }, `${many(lost.length, "guest", "guests")} lost`);
  if (vacuous > 0 || red < controls) {
    return html("h1", { class: "bad" }, `${many(controls - red, "control", "controls")} not red`);
  }
  if (report.tally.passed === 0) return html("h1", { class: "warn" }, "Nothing passed");
  return html("h1", { class: "good" }, "All as expected");
}

// A number that leads to its runs.
function tally(value: number, word: string, tone: string, verdicts: string[]): HTMLElement {
  const text = [html("b", {}, count(value)), ` ${word}`];
  if (value === 0) return html("span", { class: "muted" }, ...text);
  return html("a", { class: tone, href: formatPlace({ query: { ...emptyQuery(), verdict: verdicts } }) }, ...text);
}

// Of a kernel's guests, of which each shard has one of its own, the sums.
function guestOf(report: Report, kernel: string): Guest | undefined {
  const guests = (report.guests ?? []).filter(({ name }) => name === kernel);
  return guests.length === 0 ? undefined : {
    name: kernel, release: [...new Set(guests.map((guest) => guest.release))].join(", "),
    error: "", virtual_seconds: guests.reduce((sum, guest) => sum + guest.virtual_seconds, 0),
    wall_seconds: guests.reduce((sum, guest) => sum + guest.wall_seconds, 0) };
}

function wheres(report: Report): HTMLElement {
  const names = columnNames(report);
  const rows = report.columns.map((column, i) => {
    const runs = report.runs.filter((run) => run.column === i && run.control === undefined);
    const bad = report.runs.filter((run) => run.column === i && !run.as_expected).length;
    const guest = column.venue === "guest" ? guestOf(report, column.kernel) : undefined;
    const only = report.columns.length === 1 && column.venue !== "guest";
    return html("tr", {},
      html("th", { scope: "row" }, names[i]),
      html("td", { class: "muted release" }, guest?.release),
      html("td", {}, column.venue === "guest" ? "guest" : "host"),
      html("td", {}, column.profile === "default" ? "default timers" : `${column.profile} timers`),
      html("td", { class: "number" }, many(runs.length, "run", "runs")),
      html("td", { class: bad > 0 ? "bad" : "good" }, bad > 0 ? `${count(bad)} not as expected` : "as expected"),
      html("td", { class: "number virtual" }, guest && `${seconds(guest.virtual_seconds)} s virtual`),
      html("td", { class: "number" },
        guest ? `in ${seconds(guest.wall_seconds)} s` : only && `${seconds(report.wall_seconds)} s`),
      html("td", { class: "number muted" }, guest && ratio(guest.virtual_seconds, guest.wall_seconds)));
  });
  return html("table", { class: "wheres" },
    html("caption", { class: "unseen" }, "Kernels"), html("tbody", {}, ...rows));
}

export function summary(report: Report): HTMLElement {
  const { passed, failed, skipped, controls, red, vacuous } = report.tally;
  const bad = statuses.filter((status) => status.tone === "bad").map((status) => status.id);
  const virtual = report.guests?.reduce((sum, guest) => sum + guest.virtual_seconds, 0) ?? report.virtual_seconds ?? 0;
  const pace = ratio(virtual, report.wall_seconds);
  const otherControls = report.runs
    .filter((run) => run.control !== undefined && !run.as_expected)
    .map((run) => statusOf(run).id);
  return html("header", { class: "summary" },
    verdictLine(report),
    html("p", { class: "tally" },
      tally(passed, "passed", "good", ["passed"]),
      tally(failed, "failed", "bad", bad),
      tally(skipped, "skipped", "skip", ["skipped"]),
      controls > 0 && tally(red, `of ${many(controls, "control", "controls")} red`, "good", ["red"]),
      controls > 0 && tally(vacuous, "vacuous", "bad", ["vacuous"]),
      controls - red - vacuous > 0 &&
        tally(controls - red - vacuous, "controls without a verdict", "bad", [...new Set(otherControls)])),
    html("p", { class: "facts" },
      html("span", {}, html("b", {}, seconds(report.wall_seconds)), " s"),
      virtual > 0 && html("span", { class: "virtual" },
        html("b", {}, seconds(virtual)), " s virtual", pace && `, ${pace}`),
      html("span", { class: "muted" }, `halfopen ${report.version}`)),
    wheres(report),
    ...(report.guests ?? []).filter((guest) => guest.error).map((guest) => html("p", { class: "bad" }, guest.error)),
    report.command && html("p", { class: "command" }, html("code", {}, report.command)));
}

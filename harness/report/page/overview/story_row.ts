// SPDX-License-Identifier: GPL-2.0-or-later
import { html } from "../dom";
import { count, seconds } from "../format";
import type { Report, Run } from "../model";
import { cellKey, leading, type StoryRuns } from "./stories";
import { rank, statusOf } from "../status";

// What a row wants to know of the report.
export interface RowContext {
  report: Report;
  ips: string[];
  columns: string[]; // their names
  withControls: boolean;
  href(run: number): string;
}

export function runTitle(context: RowContext, index: number): string {
  const run = context.report.runs[index];
  const repeat = run.repeat > 1 ? `, run ${run.repeat}` : "";
  const control = run.control === undefined ? "" :
    run.control === "" ? ", without a cause" : `, without “${run.control}”`;
  const where = context.columns.length > 1 ? ` on ${context.columns[run.column]}` : "";
  return `${run.ip}${where}${repeat}${control}`;
}

function timeOf(context: RowContext, run: Run): string {
  const virtual = context.report.columns[run.column].venue === "guest" ? " virtual" : "";
  return `${seconds(run.seconds)} s${virtual}`;
}

// One sign for all runs of a cell: the worst leads, and its number is told.
function mark(context: RowContext, key: string, runs: number[]): HTMLElement {
  const first = leading(context.report, runs);
  const run = context.report.runs[first];
  const status = statusOf(run);
  const same = runs.filter((i) => rank(context.report.runs[i]) === rank(run)).length;
  const number = runs.length > 1 ? (same < runs.length ? `${same}/${runs.length}` : `×${runs.length}`) : "";
  const says = `${status.word}${runs.length > 1 ? ` ${same} of ${runs.length}` : ""}: ` +
    `${runTitle(context, first)}, ${timeOf(context, run)}`;
  return html("a", {
    class: `mark ${status.tone} ${status.id}`, href: context.href(first), "data-run": first, "data-cell": key,
    "aria-label": says,
    title: run.headline ? `${says}\n${run.headline}` : says },
    status.mark, number && html("span", { class: "repeats" }, number));
}

function cells(context: RowContext, row: StoryRuns, column: number): HTMLElement[] {
  const marks = context.ips.map((ip) => {
    const key = cellKey(column, ip);
    const runs = row.cells.get(key);
    return html("td", { class: "marks" }, runs && mark(context, key, runs));
  });
  marks[0]?.classList.add("first");
  const runs = context.ips.flatMap((ip) => row.cells.get(cellKey(column, ip)) ?? []);
  const longest = Math.max(...runs.map((run) => context.report.runs[run].seconds));
  const virtual = context.report.columns[column].venue === "guest";
  return [...marks, html("td", { class: virtual ? "number virtual" : "number" },
                         runs.length > 0 && seconds(longest))];
}

// How many of the controls are red, as all should be.
function controlCell(context: RowContext, row: StoryRuns): HTMLElement {
  if (row.controls.length === 0) return html("td", { class: "marks first" });
  const first = leading(context.report, row.controls);
  const red = row.controls.filter((run) => context.report.runs[run].as_expected).length;
  const status = statusOf(context.report.runs[first]);
  const good = red === row.controls.length;
  return html("td", { class: "marks first" }, html("a", {
    class: `mark ${good ? "good" : "bad"}`, href: context.href(first), "data-run": first, "data-cell": "controls",
    "aria-label": `${red} of ${row.controls.length} controls red${good ? "" : `, one is ${status.word}`}`,
    title: good ? "every cause, withheld, turns it red" : context.report.runs[first].headline },
    good ? "✓" : status.mark, html("span", { class: "repeats" }, `${count(red)}/${count(row.controls.length)}`)));
}

export function storyRow(context: RowContext, row: StoryRuns, expand: () => void): HTMLTableRowElement {
  const { story } = row;
  const first = leading(context.report, row.runs);
  const dot = story.name.indexOf(".");
  const differs = row.differences.length > 0 && html("button", {
    type: "button", class: "tag differs", title: row.differences.join("\n"), "aria-label": "kernels differ",
    click: expand }, "≠ differs");
  const outdated = story.outdated && html("button", {
    type: "button", class: "tag lore", title: story.outdated, "aria-label": "outdated lore", click: expand },
    "outdated lore");
  return html("tr", { class: "story", "data-story": story.name },
    html("th", { scope: "row" },
      html("button", { type: "button", class: "twist screen-only", "aria-expanded": "false",
                       "aria-label": `Runs of ${story.name}`, click: expand }),
      html("a", { class: "name mono", href: context.href(first), "data-run": first },
        html("span", { class: "suite" }, story.name.slice(0, dot + 1)), story.name.slice(dot + 1)),
      differs, outdated,
      story.says && html("p", { class: "says" }, story.says)),
    ...context.report.columns.flatMap((_, column) => cells(context, row, column)),
    context.withControls && controlCell(context, row));
}

// SPDX-License-Identifier: GPL-2.0-or-later
import { html } from "./dom";
import { many } from "./format";
import { rank, statusOf } from "./status";
import type { StoryRuns } from "./stories";
import { runTitle, type RowContext } from "./story_row";

const kFirst = 50; // of the lines; the others at a press

interface Line {
  row: StoryRuns;
  runs: number[]; // that ended alike, for the same reason
}

// Runs of a story that ended in the same way are one line.
function linesOf(context: RowContext, stories: StoryRuns[]): Line[] {
  const lines = new Map<string, Line>();
  for (const row of stories) {
    for (const index of row.runs) {
      const run = context.report.runs[index];
      if (run.as_expected) continue;
      const key = JSON.stringify([run.story, statusOf(run).id, run.control !== undefined, run.headline]);
      const line = lines.get(key) ?? { row, runs: [] };
      line.runs.push(index);
      lines.set(key, line);
    }
  }
  const first = (line: Line) => context.report.runs[line.runs[0]];
  return [...lines.values()].sort((a, b) => rank(first(a)) - rank(first(b)));
}

function item(context: RowContext, { row, runs }: Line): HTMLElement {
  const run = context.report.runs[runs[0]];
  const status = statusOf(run);
  return html("li", {},
    html("span", { class: `word ${status.tone}` }, status.word),
    html("div", {},
      html("a", { class: "name mono", href: context.href(runs[0]), "data-run": runs[0] }, row.story.name),
      " ", ...runs.slice(0, 12).flatMap((index, i) => [
        i > 0 && "; ", html("a", { class: "which", href: context.href(index) }, runTitle(context, index))]),
      runs.length > 12 && `; ${runs.length - 12} more`,
      run.headline && html("p", { class: "line mono" }, run.headline)));
}

// What is not as expected, the line that matters of each.
export function failures(context: RowContext, stories: StoryRuns[]): HTMLElement | undefined {
  const lines = linesOf(context, stories);
  if (lines.length === 0) return undefined;
  const list = html("ul", { class: "runs" }, ...lines.slice(0, kFirst).map((line) => item(context, line)));
  const rest = lines.slice(kFirst);
  const more = html("button", { type: "button", click: () => {
    list.append(...rest.map((line) => item(context, line)));
    more.remove();
  } }, `${many(rest.length, "line", "lines")} more`);
  return html("section", { id: "failures", "aria-labelledby": "failures-title" },
    html("h2", { id: "failures-title" }, "What went wrong"), list, rest.length > 0 && more);
}

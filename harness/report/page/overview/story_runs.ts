// SPDX-License-Identifier: GPL-2.0-or-later
import { html } from "../dom";
import { seconds } from "../format";
import type { StoryRuns } from "./stories";
import { statusOf } from "../status";
import { runTitle, type RowContext } from "./story_row";

// All that is known of a story, and each of its runs: what its row unfolds to.
export function storyRuns(context: RowContext, row: StoryRuns, width: number): HTMLTableRowElement {
  const { report } = context;
  const { story } = row;
  const runs = row.runs.map((index) => {
    const run = report.runs[index];
    const status = statusOf(run);
    const virtual = report.columns[run.column].venue === "guest";
    return html("tr", { "data-run": index },
      html("td", { class: status.tone }, `${status.mark} ${status.word}`),
      html("td", {}, html("a", { href: context.href(index) }, runTitle(context, index))),
      html("td", { class: virtual ? "number virtual" : "number" }, `${seconds(run.seconds)} s`),
      html("td", { class: "muted" }, run.headline));
  });
  return html("tr", { class: "unfolded" }, html("td", { colspan: width },
    row.differences.length > 0 && html("ul", { class: "differences" },
      ...row.differences.map((line) => html("li", {}, html("span", { class: "warn", "aria-hidden": "true" }, "≠ "), line))),
    story.outdated && html("p", {}, html("b", {}, "No longer so: "), story.outdated),
    html("p", { class: "muted" }, [story.source, story.file && `${story.file}:${story.line}`].filter(Boolean).join(" · ")),
    html("table", {}, html("caption", { class: "unseen" }, `Runs of ${story.name}`), html("tbody", {}, ...runs))));
}

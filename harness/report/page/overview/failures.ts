// SPDX-License-Identifier: GPL-2.0-or-later
import { html } from "../dom";
import { many } from "../format";
import { rank, statusOf } from "../status";
import { groupBy, type StoryRuns } from "./stories";
import { runTitle, type RowContext } from "./story_row";

const kFirst = 50; // of the lines; the others at a press
const kLinks = 12; // of a story's runs that ended alike
const kStories = 3; // with one and the same reason; more of them are one line

interface Failed {
  row: StoryRuns;
  run: number;
}

function links(context: RowContext, runs: readonly number[]): (HTMLElement | string | false)[] {
  return [...runs.slice(0, kLinks).flatMap((index, i) => [
    i > 0 && "; ", html("a", { class: "which", href: context.href(index) }, runTitle(context, index))]),
    runs.length > kLinks && `; ${runs.length - kLinks} more`];
}

function nameOf(context: RowContext, { row, run }: Failed): HTMLElement {
  return html("a", { class: "name mono", href: context.href(run), "data-run": run }, row.story.name);
}

function item(context: RowContext, first: Failed, ...what: (HTMLElement | undefined)[]): HTMLElement {
  const status = statusOf(context.report.runs[first.run]);
  return html("li", {}, html("span", { class: `word ${status.tone}` }, status.word), html("div", {}, ...what));
}

// Runs of a story that ended in the same way: its name, each of them, the line that matters.
function ofStory(context: RowContext, failed: Failed[]): HTMLElement {
  const { headline } = context.report.runs[failed[0].run];
  return item(context, failed[0],
    html("p", {}, nameOf(context, failed[0]), " ", ...links(context, failed.map(({ run }) => run))),
    headline ? html("p", { class: "line mono" }, headline) : undefined);
}

// Many stories with one and the same line, as when a guest is lost: the line, and they folded.
function ofReason(context: RowContext, stories: Failed[][]): HTMLElement {
  const runs = stories.reduce((sum, failed) => sum + failed.length, 0);
  const list = html("ul", {}, ...stories.map((failed) =>
    html("li", {}, nameOf(context, failed[0]), " ", ...links(context, failed.map(({ run }) => run)))));
  return item(context, stories[0][0],
    html("p", { class: "line mono" }, context.report.runs[stories[0][0].run].headline),
    html("details", {},
      html("summary", {}, `${many(runs, "run", "runs")} of ${many(stories.length, "story", "stories")}`), list));
}

// What is not as expected, the line that matters of each; the worst first.
export function failures(context: RowContext, stories: StoryRuns[]): HTMLElement | undefined {
  const { runs } = context.report;
  const failed = stories
    .flatMap((row) => row.runs.map((run) => ({ row, run })))
    .filter(({ run }) => !runs[run].as_expected)
    .sort((a, b) => rank(runs[a.run]) - rank(runs[b.run]));
  if (failed.length === 0) return undefined;
  const alike = groupBy(failed, ({ run }) =>
    JSON.stringify([statusOf(runs[run]).id, runs[run].control !== undefined, runs[run].headline]));
  const lines = alike.flatMap((group) => {
    const byStory = groupBy(group, ({ run }) => runs[run].story);
    return byStory.length > kStories && runs[group[0].run].headline
      ? [() => ofReason(context, byStory)] : byStory.map((of) => () => ofStory(context, of));
  });
  const list = html("ul", { class: "runs" }, ...lines.slice(0, kFirst).map((line) => line()));
  const rest = lines.slice(kFirst);
  const more = html("button", { type: "button", click: () => {
    list.append(...rest.map((line) => line()));
    more.remove();
  } }, `${many(rest.length, "line", "lines")} more`);
  return html("section", { id: "failures", "aria-labelledby": "failures-title" },
    html("h2", { id: "failures-title" }, "What went wrong"), list, rest.length > 0 && more);
}

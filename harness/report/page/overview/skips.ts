// SPDX-License-Identifier: GPL-2.0-or-later
import { html } from "../dom";
import { many } from "../format";
import type { StoryRuns } from "./stories";
import { runTitle, type RowContext } from "./story_row";

// What was skipped, by reason: folded, for the numbers above tell of it.
export function skips(context: RowContext, stories: StoryRuns[]): HTMLElement | undefined {
  const reasons = new Map<string, Map<StoryRuns, number[]>>();
  let skipped = 0;
  for (const row of stories) {
    for (const index of row.runs) {
      const run = context.report.runs[index];
      if (run.verdict !== "skipped") continue;
      ++skipped;
      const reason = run.headline ?? "no reason was given";
      if (!reasons.has(reason)) reasons.set(reason, new Map());
      const of = reasons.get(reason)!;
      of.set(row, [...(of.get(row) ?? []), index]);
    }
  }
  if (skipped === 0) return undefined;
  return html("details", { id: "skips" },
    html("summary", {}, `${many(skipped, "run was", "runs were")} skipped, for ${many(reasons.size, "reason", "reasons")}`),
    html("ul", { class: "runs" }, ...[...reasons].map(([reason, of]) => html("li", { class: "reason" },
      html("p", {}, reason),
      ...[...of].map(([row, runs]) => html("p", {},
        html("span", { class: "mono" }, row.story.name), " ",
        ...runs.flatMap((index, i) => [
          i > 0 && "; ", html("a", { class: "which", href: context.href(index) }, runTitle(context, index))])))))));
}

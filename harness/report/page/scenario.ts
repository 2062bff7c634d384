// SPDX-License-Identifier: GPL-2.0-or-later
import { html } from "./dom";
import { ladderView } from "./ladder_view";
import type { Report, RunDetails } from "./model";

export function scenario(report: Report, index: number, details: RunDetails): HTMLElement {
  const run = report.runs[index];
  const story = report.stories[run.story];
  return html("main", { id: "scenario", "data-run": index },
    html("h1", {}, `${story.name}/${run.ip}`),
    html("p", { class: `verdict ${run.verdict}` }, run.verdict),
    html("p", {}, story.says),
    html("code", { class: "again" }, run.again),
    ladderView(details.ladder),
    html("ol", { class: "packets" },
      ...details.ladder.packets.map((packet, i) => html("li", { "data-packet": i }, packet.text))));
}

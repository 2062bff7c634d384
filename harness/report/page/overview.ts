// SPDX-License-Identifier: GPL-2.0-or-later
import { html } from "./dom";
import type { Report } from "./model";

export function overview(report: Report): HTMLElement {
  const rows = report.runs.map((run, index) => {
    const story = report.stories[run.story];
    return html("tr", { class: run.as_expected ? "" : "bad", "data-run": index },
      html("td", {}, run.control === undefined ? run.verdict : `control: ${run.verdict}`),
      html("td", {}, html("a", { href: `#run=${index}` }, `${story.name}/${run.ip}`)),
      html("td", {}, report.columns[run.column].kernel),
      html("td", {}, run.seconds.toFixed(1)));
  });
  return html("main", { id: "overview" }, html("table", {}, html("tbody", {}, ...rows)));
}

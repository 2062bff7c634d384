// SPDX-License-Identifier: GPL-2.0-or-later
import "./page.css";
import { loadDetails, loadReport } from "./data";
import { html } from "./dom";
import type { Report } from "./model";
import { overview } from "./overview";
import { scenario } from "./scenario";

function show(content: HTMLElement): void {
  document.querySelector("main")?.replaceWith(content);
}

// The address says what is shown: nothing the overview, #run=12 a run.
async function route(report: Report): Promise<void> {
  const index = Number(new URLSearchParams(location.hash.slice(1)).get("run") ?? NaN);
  const run = report.runs[index];
  if (!run) return show(overview(report));
  const details = await loadDetails(run.story, index);
  if (details) show(scenario(report, index, details));
}

async function start(): Promise<void> {
  const report = await loadReport();
  window.addEventListener("hashchange", () => void route(report));
  await route(report);
  document.documentElement.dataset.ready = "true";
}

start().catch((error: unknown) => show(html("main", {}, `This report cannot be shown: ${String(error)}`)));

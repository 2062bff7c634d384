// SPDX-License-Identifier: GPL-2.0-or-later
import { columnNames, type Query } from "../address";
import type { Report, Run } from "../model";
import type { StoryRuns } from "./stories";
import { statusOf } from "../status";

// Finds the runs that a query means: those that each of its filters lets through, and in whose
// names, sentences, sources, files and reasons each of its words is found.
export class Search {
  private readonly texts: string[];
  private readonly columns: string[];

  constructor(private readonly report: Report, private readonly stories: StoryRuns[]) {
    this.columns = columnNames(report);
    this.texts = report.runs.map((run) => this.textOf(run).toLowerCase());
  }

  find(query: Query): Set<number> {
    const words = query.q.toLowerCase().split(/\s+/).filter(Boolean);
    const found = new Set<number>();
    for (const story of this.stories) {
      if (query.family && story.story.family !== query.family) continue;
      if (query.only.includes("differs") && story.differences.length === 0) continue;
      if (query.only.includes("outdated") && !story.story.outdated) continue;
      for (const index of story.runs) {
        const run = this.report.runs[index];
        if (query.verdict.length > 0 && !query.verdict.includes(statusOf(run).id)) continue;
        if (query.kernel.length > 0 && !query.kernel.includes(this.columns[run.column])) continue;
        if (query.ip.length > 0 && !query.ip.includes(run.ip)) continue;
        if (words.every((word) => this.texts[index].includes(word))) found.add(index);
      }
    }
    return found;
  }

  private textOf(run: Run): string {
    const story = this.report.stories[run.story];
    return [`${story.name}/${run.ip}`, story.family, story.says, story.source, story.outdated,
            `${story.file}:${story.line}`, this.columns[run.column], statusOf(run).word, run.reason,
            run.headline, run.control, run.folder, ...(run.deviations ?? [])].join("\n");
  }
}

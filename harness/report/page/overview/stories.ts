// SPDX-License-Identifier: GPL-2.0-or-later
import { columnNames } from "../address";
import type { Report, Run, Story } from "../model";
import { rank, statusOf, worst } from "../status";

// A story with its runs, as the overview shows them: a cell for each column and IP version.
export interface StoryRuns {
  story: Story;
  runs: number[]; // all of them, by column, IP, repeat, cause
  cells: Map<string, number[]>; // cellKey(): runs that are no controls
  controls: number[];
  differences: string[]; // what is not the same on every kernel, a line each
}

export interface Family {
  name: string;
  stories: StoryRuns[];
}

export function cellKey(column: number, ip: string): string {
  return `${column} ${ip}`;
}

export function ipsOf(report: Report): string[] {
  return [...new Set(report.runs.map((run) => run.ip))].sort();
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}

// Groups in the order of their first.
export function groupBy<T>(values: readonly T[], keyOf: (value: T) => unknown): T[][] {
  const groups = new Map<unknown, T[]>();
  for (const value of values) append(groups, keyOf(value), value);
  return [...groups.values()];
}

// Where verdicts differ between kernels, or one deviates in a way that another does not.
function differences(runs: Run[], names: string[]): string[] {
  const columns = new Map<number, Run[]>();
  for (const run of runs) append(columns, run.column, run);
  if (columns.size < 2) return [];
  const lines: string[] = [];
  const words = [...columns].map(([column, of]) => {
    const run = worst(of);
    return { column, word: statusOf(run).word, headline: run.headline };
  });
  if (new Set(words.map(({ word }) => word)).size > 1) {
    for (const { column, word, headline } of words) {
      lines.push(`${names[column]}: ${word}${headline ? ` (${headline})` : ""}`);
    }
  }
  const deviating = new Map<string, Set<number>>();
  for (const run of runs) {
    for (const deviation of run.deviations ?? []) {
      if (!deviating.has(deviation)) deviating.set(deviation, new Set());
      deviating.get(deviation)!.add(run.column);
    }
  }
  for (const [deviation, where] of deviating) {
    if (where.size === columns.size) continue;
    lines.push(`${[...where].sort((a, b) => a - b).map((column) => names[column]).join(", ")}: ${deviation}`);
  }
  return lines;
}

export function storiesOf(report: Report): StoryRuns[] {
  const names = columnNames(report);
  const stories: StoryRuns[] = report.stories.map((story) =>
    ({ story, runs: [], cells: new Map(), controls: [], differences: [] }));
  for (const [index, run] of report.runs.entries()) stories[run.story].runs.push(index);
  for (const story of stories) {
    story.runs.sort((i, j) => {
      const a = report.runs[i];
      const b = report.runs[j];
      return a.column - b.column || a.ip.localeCompare(b.ip) || a.repeat - b.repeat ||
        Number(a.control !== undefined) - Number(b.control !== undefined) || i - j;
    });
    for (const index of story.runs) {
      const run = report.runs[index];
      if (run.control !== undefined) story.controls.push(index);
      else append(story.cells, cellKey(run.column, run.ip), index);
    }
    story.differences =
      differences(story.runs.map((i) => report.runs[i]).filter((run) => run.control === undefined), names);
  }
  return stories;
}

// The run of a story to look at first: the worst; controls count where they went wrong.
export function leading(report: Report, runs: readonly number[]): number {
  return runs.reduce((worse, i) => (rank(report.runs[i]) < rank(report.runs[worse]) ? i : worse));
}

// By name; those in which something went wrong first.
export function familiesOf(report: Report, stories: readonly StoryRuns[]): Family[] {
  const families = new Map<string, StoryRuns[]>();
  for (const story of stories) append(families, story.story.family, story);
  const isBad = (family: Family) =>
    family.stories.some((story) => story.runs.some((run) => !report.runs[run].as_expected));
  return [...families]
    .map(([name, stories]) => ({
      name, stories: stories.sort((a, b) => a.story.name.localeCompare(b.story.name)) }))
    .sort((a, b) => Number(isBad(b)) - Number(isBad(a)) || a.name.localeCompare(b.name));
}

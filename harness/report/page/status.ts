// SPDX-License-Identifier: GPL-2.0-or-later
import type { Run } from "./model";

// How a run ended, as the page counts, colours and filters it: its verdict, but a control run is
// red, as it should be, or vacuous.
export interface Status {
  id: string; // in addresses
  word: string;
  mark: string; // one letter or sign: colour alone tells nothing to many
  tone: "good" | "bad" | "warn" | "skip"; // a class of page.css
}

// The worst first.
export const statuses: readonly Status[] = [
  { id: "crashed", word: "crashed", mark: "C", tone: "bad" },
  { id: "failed", word: "failed", mark: "✗", tone: "bad" },
  { id: "timed_out", word: "timed out", mark: "T", tone: "bad" },
  { id: "vacuous", word: "vacuous", mark: "V", tone: "bad" },
  { id: "error", word: "error", mark: "E", tone: "bad" },
  { id: "held_up", word: "held up", mark: "H", tone: "skip" },
  { id: "skipped", word: "skipped", mark: "–", tone: "skip" },
  { id: "passed", word: "passed", mark: "✓", tone: "good" },
  { id: "red", word: "control red", mark: "✓", tone: "good" },
];

const byId = new Map(statuses.map((status) => [status.id, status]));
const ranks = new Map(statuses.map((status, rank) => [status, rank]));

export function statusOf(run: Run): Status {
  const id = run.vacuous ? "vacuous" : run.control !== undefined && run.as_expected ? "red" : run.verdict;
  return byId.get(id) ?? byId.get("error")!;
}

// Of several runs the one to look at first: the worst, of the equally bad the first.
export function worst(runs: readonly Run[]): Run {
  return runs.reduce((worse, run) => (rank(run) < rank(worse) ? run : worse));
}

export function rank(run: Run): number {
  return ranks.get(statusOf(run))!;
}

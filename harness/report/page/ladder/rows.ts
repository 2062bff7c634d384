// SPDX-License-Identifier: GPL-2.0-or-later
// Time runs down, but not to scale: each moment stands below the one before it, far enough that no
// text in its columns meets the text above; where nothing happens for long, time is broken.

// What a moment needs of a column: `above` and `below` pixels from its own height.
export interface Box {
  column: string;
  above: number;
  below: number;
}

// Something that happens at one time.
export interface Moment {
  time: number;
  order: number; // among moments of one time: the smaller stands above
  boxes: Box[];
  least?: () => number; // not above this height
  place?: (y: number) => void;
}

export interface Break {
  begin: number;
  end: number;
  y0: number;
  y1: number;
}

export interface Rows {
  height: number;
  breaks: Break[];
  // The height at which a time stands.
  at(time: number): number;
}

export const kIdle = 10e6; // ns: nothing happens for so long, and time is broken
const kStep = 4; // px between two moments of different times
const kTop = 10;

function inOrder(moments: Moment[]): Moment[] {
  return [...moments].sort((a, b) => a.time - b.time || a.order - b.order);
}

// The times between moments that are to be left out.
export function idleTimes(moments: Moment[]): { begin: number; end: number }[] {
  const sorted = inOrder(moments);
  return sorted.flatMap((moment, i) =>
    i > 0 && moment.time - sorted[i - 1].time >= kIdle ? [{ begin: sorted[i - 1].time, end: moment.time }] : []);
}

// `lines` says how many lines of text stand in the break that begins at a time.
export function placeRows(moments: Moment[], lines: (begin: number) => number): Rows {
  const sorted = inOrder(moments);
  const bottoms = new Map<string, number>();
  const times: number[] = [];
  const heights: number[] = [];
  const breaks: Break[] = [];
  let floor = 0;
  let lowest = kTop;
  let y = kTop;
  let before: number | undefined;
  for (const moment of sorted) {
    if (before !== undefined && moment.time - before >= kIdle) {
      const y0 = Math.max(y, lowest) + 5;
      const y1 = y0 + 14 + 13 * Math.max(1, lines(before));
      breaks.push({ begin: before, end: moment.time, y0, y1 });
      times.push(before + 0.5, moment.time); // `before` itself stands above the break
      heights.push(y0, y1);
      y = floor = lowest = y1 + 3;
    } else if (before !== undefined && moment.time > before) {
      y += kStep;
    }
    before = moment.time;
    if (moment.least) y = Math.max(y, moment.least());
    for (const box of moment.boxes) y = Math.max(y, (bottoms.get(box.column) ?? floor) + box.above,
        floor + box.above);
    for (const box of moment.boxes) {
      bottoms.set(box.column, Math.max(y + box.below, bottoms.get(box.column) ?? 0));
      lowest = Math.max(lowest, y + box.below);
    }
    lowest = Math.max(lowest, y);
    moment.place?.(y);
    times.push(moment.time);
    heights.push(y);
  }
  return {
    height: lowest + 14,
    breaks,
    at(time: number): number {
      let low = 0;
      let high = times.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (times[middle] <= time) low = middle + 1;
        else high = middle;
      }
      if (low === 0) return kTop;
      if (low === times.length || times[low - 1] === time) return heights[low - 1];
      const part = (time - times[low - 1]) / (times[low] - times[low - 1]);
      return heights[low - 1] + part * (heights[low] - heights[low - 1]);
    },
  };
}

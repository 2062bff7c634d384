// SPDX-License-Identifier: GPL-2.0-or-later
// What a ladder is drawn from: items, each of which stands for one thing that the timeline tells.
import type { Moment, Rows } from "./rows";

export type Anchor = "start" | "middle" | "end";

export type Mark =
  | { shape: "line"; style: string; x1: number; y1: number; x2: number; y2: number }
  | { shape: "rect"; style: string; x: number; y: number; width: number; height: number }
  | { shape: "path"; style: string; d: string }
  | { shape: "circle"; style: string; x: number; y: number; r: number }
  | { shape: "text"; style: string; x: number; y: number; text: string; anchor: Anchor; turned: boolean };

// From the back to the front.
export const kLayers = ["fault", "break", "lifeline", "state", "timer", "sample", "note", "packet", "call",
    "text"] as const;

export interface Item {
  key: string; // unlike that of any other item: "packet-3"
  hook: string; // of its data- attribute: "packet"
  index: number; // in its list of the ladder
  layer: (typeof kLayers)[number];
  style: string; // its classes
  time: number;
  label: string; // for those who hear it
  y0: number;
  y1: number;
  tall?: boolean; // may be cut between two sheets
  still?: boolean; // says nothing that is not said elsewhere: no key stops at it
  marks: Mark[];
}

// One kind of items: the moments that they need room for, and the items once these have their place.
export interface Part {
  moments: Moment[];
  items(rows: Rows): Item[];
}

// The heights between which an item's marks lie.
export function heightsOf(item: Item): { y0: number; y1: number } {
  let { y0, y1 } = item;
  for (const mark of item.marks) {
    if (mark.shape === "text") {
      y0 = Math.min(y0, mark.y - 10);
      y1 = Math.max(y1, mark.y + 4);
    } else if (mark.shape === "rect") {
      y0 = Math.min(y0, mark.y - 1);
      y1 = Math.max(y1, mark.y + mark.height + 1);
    } else if (mark.shape === "line") {
      y0 = Math.min(y0, mark.y1 - 1, mark.y2 - 1);
      y1 = Math.max(y1, mark.y1 + 1, mark.y2 + 1);
    }
  }
  return { y0, y1 };
}

export function lineMark(style: string, x1: number, y1: number, x2: number, y2: number): Mark {
  return { shape: "line", style, x1, y1, x2, y2 };
}

export function rectMark(style: string, x: number, y: number, width: number, height: number): Mark {
  return { shape: "rect", style, x, y, width, height };
}

export function pathMark(style: string, d: string): Mark {
  return { shape: "path", style, d };
}

export function circleMark(style: string, x: number, y: number, r: number): Mark {
  return { shape: "circle", style, x, y, r };
}

// `turned`: from below to above.
export function textMark(style: string, x: number, y: number, words: string, anchor: Anchor, turned = false): Mark {
  return { shape: "text", style, x, y, text: words, anchor, turned };
}

// Rising to the left, falling to the right: a cross at a point.
export function cross(style: string, x: number, y: number, r = 5): Mark {
  return pathMark(style, `M${x - r} ${y - r}L${x + r} ${y + r}M${x - r} ${y + r}L${x + r} ${y - r}`);
}

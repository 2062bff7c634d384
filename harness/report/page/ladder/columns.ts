// SPDX-License-Identifier: GPL-2.0-or-later
// Where things stand from left to right: times, then each lifeline with its sockets' states, its
// calls on the outer side, and the gaps that packets cross.
import type { HostLanes } from "./lanes";

export const kBar = 8; // px: a call's bar with the space beside it
const kListener = 15;
const kWide = 76; // "CLOSE-WAIT" fits
const kNarrow = 15;
export const kMargin = 92; // "12000.001150" and the mark of a time that was as expected

// What a lifeline needs.
export interface Needs {
  lanes: HostLanes;
  bars: number; // calls side by side
  text: number; // px: its longest text
}

export interface LifelineColumns {
  left: number; // its edges, where packets begin and end
  right: number;
  line: number; // of a host without sockets: the lifeline itself
  outerLeft: boolean; // calls stand to the left
  middle: boolean; // calls stand in a gap
  bar(lane: number): number; // the left edge of a call's bar
  text: { x: number; width: number; anchor: "start" | "end"; column: string };
  state(listens: boolean, lane: number): { x: number; width: number };
  wide: boolean; // states are wide enough for their names
}

export interface GapColumns {
  left: number;
  right: number;
  label: number; // the middle of packets' labels
  width: number; // for a label
  column: string;
}

export interface Columns {
  lifelines: LifelineColumns[];
  gaps: GapColumns[];
  width: number;
}

function connectionWidth(needs: Needs): number {
  return needs.lanes.connections > 2 ? kNarrow : kWide;
}

function bandWidth(needs: Needs): number {
  const { listeners, connections } = needs.lanes;
  return Math.max(3, listeners * kListener + connections * connectionWidth(needs));
}

// The least and the most that a gap wants for labels of this width.
function gapWish(label: number): { least: number; most: number } {
  return { least: Math.max(150, Math.min(label + 26, 200)), most: Math.max(240, Math.min(label + 90, 360)) };
}

// The least that a ladder is legible in.
export function leastWidth(needs: Needs[], label: number): number {
  const bands = needs.reduce((sum, n) => sum + bandWidth(n) + n.bars * kBar, 0);
  const texts = needs.reduce((sum, n) => sum + Math.min(n.text, 132), 0);
  return kMargin + bands + texts + gapWish(label).least * Math.max(1, needs.length - 1) + 14 * needs.length;
}

// Shares what is left between texts and gaps, each no more than it needs.
function share(wishes: { least: number; most: number }[], width: number): number[] {
  const least = wishes.reduce((sum, wish) => sum + wish.least, 0);
  const room = wishes.reduce((sum, wish) => sum + wish.most - wish.least, 0);
  const part = room > 0 ? Math.min(1, Math.max(0, (width - least) / room)) : 0;
  return wishes.map((wish) => Math.floor(wish.least + part * (wish.most - wish.least)));
}

export function placeColumns(needs: Needs[], label: number, width: number): Columns {
  const count = needs.length;
  const fixed = needs.reduce((sum, n) => sum + bandWidth(n) + n.bars * kBar + 14, kMargin + 4);
  const texts = needs.map((n) => ({ least: Math.min(n.text, 132), most: Math.min(n.text, 300) }));
  const gaps = Array.from({ length: Math.max(1, count - 1) }, () => gapWish(label));
  const widths = share([...texts, ...gaps], width - fixed);

  const columns: Columns = { lifelines: [], gaps: [], width: 0 };
  let x = kMargin;
  const gap = (k: number, left: number, from: number) => {
    const right = from + widths[count + k];
    columns.gaps.push({ left, right, label: (from + right) / 2, width: right - from - 16, column: `gap${k}` });
    return right;
  };
  if (count === 1) x = gap(0, x, x);
  needs.forEach((need, k) => {
    const outerLeft = k === 0 && count > 1;
    const bars = need.bars * kBar;
    const band = bandWidth(need);
    const text = outerLeft ? Math.max(widths[k], 44) : widths[k]; // its host's name is wider than a line
    if (outerLeft) x += text + 8 + bars;
    const left = x;
    const right = x + band;
    const isMiddle = k > 0 && k < count - 1;
    const narrow = connectionWidth(need);
    columns.lifelines.push({
      left, right, outerLeft, middle: isMiddle,
      line: (left + right) / 2,
      wide: narrow === kWide,
      bar: (lane) => {
        const at = Math.min(lane, need.bars - 1);
        return outerLeft ? left - kBar * (at + 1) : right + kBar * at + 2;
      },
      text: { x: outerLeft ? left - bars - 6 : right + bars + 8, width: Math.max(text, 40),
              anchor: outerLeft ? "end" : "start", column: isMiddle ? `gap${k}` : `out${k}` },
      // Listeners stand outside, the first connection beside the packets.
      state: (listens, lane) => {
        const size = listens ? kListener : narrow;
        const from = listens ? lane * kListener
          : need.lanes.listeners * kListener + (need.lanes.connections - 1 - lane) * narrow;
        return { x: outerLeft ? left + from : right - from - size, width: size };
      },
    });
    x = right + (outerLeft ? 0 : bars);
    if (!outerLeft && text > 0) x += text + 8;
    if (k < count - 1) x = gap(k, right, x);
  });
  columns.width = Math.max(width, x + 4);
  return columns;
}

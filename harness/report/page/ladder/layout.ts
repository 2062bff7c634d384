// SPDX-License-Identifier: GPL-2.0-or-later
// A ladder as items in their places. Nothing here touches a document: the widths of texts come from
// the caller.
import { faultParts, readingParts, stateParts, timerLines, timerParts } from "./bands";
import { callParts, callWidths, placeBars } from "./calls";
import { kMargin, leastWidth, placeColumns, type Columns, type Needs } from "./columns";
import { fold, type Fold } from "./fold";
import { heightsOf, type Item, kLayers, lineMark, type Mark, type Part, pathMark, textMark } from "./item";
import { hostLanes } from "./lanes";
import { noteParts } from "./notes";
import { missingParts, packetLabels, packetParts } from "./packets";
import { idleTimes, placeRows, type Break, type Rows } from "./rows";
import { duration, seconds, type Measure } from "./text";
import type { Ladder } from "../model";

export interface Layout {
  columns: Columns;
  lifelines: string[];
  more: { lifeline: number; count: number }[]; // sockets for which a lifeline has no room
  height: number;
  items: Item[]; // from the back to the front
  folds: Fold[];
  cuts: number[]; // heights at which the ladder may be cut into sheets; the first is 0, the last its height
}

// What is drawn needs a lifeline, even if the timeline names no host.
function withLifelines(ladder: Ladder): Ladder {
  return ladder.lifelines.length > 0 ? ladder : { ...ladder, lifelines: [{ name: "", addresses: [] }] };
}

export interface Plan {
  needs: Needs[];
  label: number;
  least: number; // px: narrower, it is not legible
}

export function plan(given: Ladder, unfolded: ReadonlySet<string>, measure: Measure): Plan {
  const ladder = withLifelines(given);
  const folded = fold(ladder, unfolded);
  const bars = placeBars(ladder, folded);
  const widths = callWidths(ladder, folded, measure);
  const needs = ladder.lifelines.map((_, i) =>
    ({ lanes: hostLanes(ladder, i), bars: bars.count[i],
        text: widths[i] === 0 ? hasText(ladder, i) : Math.max(90, widths[i]) }));
  const labelOf = packetLabels(ladder);
  const label = ladder.packets.reduce((most, packet) => Math.max(most, measure(labelOf(packet).slice(0, 80))), 0);
  return { needs, label, least: leastWidth(needs, label) };
}

// A host on which a rule drops a packet has that rule's words beside it.
function hasText(ladder: Ladder, lifeline: number): number {
  return ladder.packets.some((packet) => packet.fault !== undefined && (packet.fault_at ?? packet.to) === lifeline) ? 110 : 0;
}

export function layOut(given: Ladder, width: number, unfolded: ReadonlySet<string>, measure: Measure): Layout {
  const ladder = withLifelines(given);
  const folded = fold(ladder, unfolded);
  const { needs, label } = plan(ladder, unfolded, measure);
  const bars = placeBars(ladder, folded);
  const lanes = needs.map((need) => need.lanes);
  const columns = placeColumns(needs, label, width);

  const parts: Part[] = [
    packetParts(ladder, columns, measure),
    missingParts(ladder, columns, measure),
    callParts(ladder, columns, folded, bars, measure),
    noteParts(ladder, columns, measure),
    stateParts(ladder, columns, lanes, measure),
    timerParts(ladder, columns, lanes, measure),
    faultParts(ladder, columns, bars.count, measure),
    readingParts(ladder, columns, lanes),
  ];
  const moments = parts.flatMap((part) => part.moments);
  const idle = idleTimes(moments);
  const timers = timerLines(ladder, idle);
  const rows = placeRows(moments, (begin) => timers.get(idle.findIndex((gap) => gap.begin === begin)) ?? 1);
  const items = parts.flatMap((part) => part.items(rows));
  items.push(...rows.breaks.map((idle, i) => breakItem(idle, i, columns)));
  items.push(...lifelineItems(columns, rows));
  items.push(...timeItems(ladder, items));
  for (const item of items) Object.assign(item, heightsOf(item)); // a sheet has all of them
  items.sort((a, b) => kLayers.indexOf(a.layer) - kLayers.indexOf(b.layer));
  return {
    columns, items, folds: folded.folds, height: rows.height,
    lifelines: ladder.lifelines.map((lifeline) => lifeline.name),
    more: lanes.map((host, lifeline) => ({ lifeline, count: host.more.length })).filter((more) => more.count > 0),
    cuts: cutsOf(items, rows.height),
  };
}

// Time that was left out: a gap in every lifeline, with its length in the margin.
function breakItem(idle: Break, index: number, columns: Columns): Item {
  const middle = (idle.y0 + idle.y1) / 2;
  const marks: Mark[] = [
    lineMark("axis", kMargin - 6, idle.y0, kMargin - 6, idle.y1),
    textMark("length", kMargin - 14, middle + 4, duration(idle.end - idle.begin), "end")];
  for (const host of columns.lifelines) {
    const x0 = host.left - 3;
    const x1 = host.right + 3;
    for (const y of [idle.y0 + 1, idle.y1 - 1]) {
      marks.push(pathMark("tear", `M${x0} ${y + 2}L${x1} ${y - 2}`));
    }
  }
  return { key: `idle-${index}`, hook: "idle", index, layer: "text", style: "idle", time: idle.begin,
      y0: idle.y0 - 3, y1: idle.y1 + 3, marks,
           label: `nothing happens for ${duration(idle.end - idle.begin)}`, still: true };
}

function lifelineItems(columns: Columns, rows: Rows): Item[] {
  return columns.lifelines.map((host, index) => ({
    key: `lifeline-${index}`, hook: "lifeline", index, layer: "lifeline", style: "lifeline", time: 0, label: "",
        still: true, tall: true,
    y0: 0, y1: rows.height, marks: [lineMark("", host.line, 0, host.line, rows.height)] }));
}

// Times in the margin: of packets first, of anything else where there is room.
function timeItems(ladder: Ladder, items: Item[]): Item[] {
  const rank = (item: Item) => ["packet", "missing"].indexOf(item.hook) >= 0 ? 0 : item.hook === "fault" || item.hook === "note" && item.style !== "note timing" ? 1 : 2;
  const wanted: { y: number; time: number; rank: number }[] = [];
  for (const item of items) {
    if (item.still || ["timer", "state", "sample", "counters"].includes(item.hook) || item.style === "note timing") continue;
    const y = item.hook === "packet" || item.hook === "missing" ? item.y0 + 13
      : item.hook === "note" ? (item.y0 + item.y1) / 2 : item.y0 + 6;
    wanted.push({ y, time: item.time, rank: rank(item) });
    const call = item.hook === "call" ? ladder.calls[item.index] : undefined;
    if (call?.end !== undefined && item.y1 - item.y0 > 30) wanted.push({ y: item.y1 - 8, time: call.end, rank: 2 });
  }
  wanted.sort((a, b) => a.rank - b.rank || a.y - b.y);
  const taken = new Map<number, number[]>(); // heights by their row of 16 px
  const free = (y: number) => [-1, 0, 1].every((row) => (taken.get(Math.floor(y / 16) + row) ?? []).every((other) => Math.abs(other - y) >= 12));
  const texts: Item[] = [];
  for (const want of wanted) {
    if (!free(want.y)) continue;
    const row = Math.floor(want.y / 16);
    taken.set(row, [...taken.get(row) ?? [], want.y]);
    texts.push({ key: `time-${texts.length}`, hook: "time", index: texts.length, layer: "text",
        style: `time${want.rank === 0 ? "" : " minor"}`,
      time: want.time, label: "", still: true, y0: want.y - 8, y1: want.y + 6,
      marks: [textMark("", kMargin - 14, want.y + 4, seconds(want.time, ladder.begin), "end")] });
  }
  return texts;
}

const kSheet = 220; // px: a sheet is at least so high
const kMostSheet = 500;

// Between rows, so that a sheet of paper ends where nothing is cut through that is not tall.
function cutsOf(items: Item[], height: number): number[] {
  const spans = items.filter((item) => !item.tall && !item.still || item.hook === "idle").map((item) => [item.y0,
      item.y1]).sort((a, b) => a[0] - b[0]);
  const cuts = [0];
  let bottom = 0;
  for (const [y0, y1] of spans) {
    const since = y0 - cuts[cuts.length - 1];
    if (y0 > bottom && since > kSheet || since > kMostSheet) cuts.push(Math.round(y0 > bottom ? (y0 + bottom) / 2 : y0));
    bottom = Math.max(bottom, y1);
  }
  if (height - cuts[cuts.length - 1] < 60 && cuts.length > 1) cuts.pop();
  return [...cuts, height];
}

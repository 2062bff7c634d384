// SPDX-License-Identifier: GPL-2.0-or-later
// Packets as arrows from when they were sent to when they arrived, and those that never came.
import { cross, type Item, lineMark, type Mark, type Part, pathMark, textMark } from "./item";
import type { Columns, GapColumns } from "./columns";
import { kIdle, type Box } from "./rows";
import { ellipsize, parseNotation, ruleText, seconds, visible, withoutEnds, wrap, type Measure } from "./text";
import type { Ladder, Packet } from "../model";

const kSlope = 9; // px that an arrow falls if nothing happens meanwhile
const kStub = 90; // px of an arrow with one end

interface Way {
  x0: number;
  x1: number;
  gap: GapColumns; // where its label stands
  boxes: Box[];
  loops?: boolean;
}

function wayOf(columns: Columns, from: number | undefined, to: number | undefined, lines: number): Way {
  const count = columns.lifelines.length;
  const reserve = (gaps: number[], label: number): Box[] => gaps.map((gap) =>
    ({ column: columns.gaps[gap].column, above: 13, below: (gaps.length > 1 ? 9 : 6) + (gap === label && lines > 0 ? 12 * lines + 4 : 0) }));
  const at = (k: number) => columns.lifelines[k];
  if (from !== undefined && to !== undefined && from !== to && at(from) && at(to)) {
    const right = from < to;
    const gaps = Array.from({ length: Math.abs(to - from) }, (_, i) => Math.min(from, to) + i);
    const label = right ? from : from - 1;
    return { x0: right ? at(from).right : at(from).left, x1: right ? at(to).left : at(to).right,
             gap: columns.gaps[label], boxes: reserve(gaps, label) };
  }
  const k = from ?? to ?? 0;
  const inGap = count === 1 ? 0 : Math.min(k, count - 2);
  const gap = columns.gaps[inGap] ?? columns.gaps[0];
  const right = count > 1 && k === inGap; // the gap lies to the right of the lifeline
  const edge = at(k) ? (right ? at(k).right : at(k).left) : gap.left;
  const away = edge + (right ? kStub : -kStub);
  return { x0: from === undefined ? away : edge, x1: from === undefined ? edge : away,
           gap, boxes: reserve([inGap], inGap), loops: from !== undefined && from === to };
}

// The head of an arrow that points from x0, y0 to x1, y1.
function head(x0: number, y0: number, x1: number, y1: number): string {
  const angle = Math.atan2(y1 - y0, x1 - x0);
  const at = (turn: number) => `${(x1 - 8 * Math.cos(angle + turn)).toFixed(1)} ${(y1 - 8 * Math.sin(angle + turn)).toFixed(1)}`;
  return `M${x1} ${y1.toFixed(1)}L${at(0.35)}L${at(-0.35)}Z`;
}

// The part of the way from sent to arrived at which the packet ended.
function endOf(packet: Packet, way: Way, columns: Columns): { part: number; how: "arrived" | "dropped" | "lost" } {
  if (packet.fault !== undefined) {
    const host = packet.fault_at === undefined ? undefined : columns.lifelines[packet.fault_at];
    if (!host || packet.fault_at === packet.to) return { part: 1, how: "dropped" };
    if (packet.fault_at === packet.from) return { part: Math.min(0.3, 44 / Math.abs(way.x1 - way.x0)),
        how: "dropped" };
    return { part: Math.min(1, Math.max(0, (host.line - way.x0) / (way.x1 - way.x0))), how: "dropped" };
  }
  if (packet.arrived !== undefined) return { part: 1, how: "arrived" };
  // Midway, but on no host's lifeline: none of them is known to have lost it.
  const middle = (way.gap.left + way.gap.right) / 2;
  const part = (middle - way.x0) / (way.x1 - way.x0);
  return { part: Number.isFinite(part) && part > 0 && part < 1 ? part : 0.5, how: "lost" };
}

export interface Differing {
  note: string;
  mark: string;
}

// What is wrong with packets that came, by their index.
export function differingPackets(ladder: Ladder): Map<number, Differing> {
  const found = new Map<number, Differing>();
  for (const difference of ladder.differences) {
    for (const line of difference.lines) {
      if (line.mark === "-" || line.from === undefined && line.to === undefined) continue;
      const text = withoutEnds(line.text);
      const same = (packet: Packet) => packet.time === line.time && withoutEnds(packet.text) === text;
      let i = ladder.packets.findIndex(same);
      if (i < 0) i = ladder.packets.findIndex((packet) => packet.time === line.time);
      if (i >= 0) found.set(i, { note: line.note ?? (line.mark === "+" ? "not expected" : "differs"),
          mark: line.mark });
    }
  }
  return found;
}

// The label over an arrow: above its middle, or above its beginning if it falls steeply.
function labelMarks(way: Way, y0: number, y1: number, text: string, style: string, notes: string[],
    noteStyle: string): Mark[] {
  const marks: Mark[] = [];
  const steep = y1 - y0 > 2.5 * kSlope;
  const right = way.x1 > way.x0;
  const fraction = Math.abs((way.gap.label - way.x0) / ((way.x1 - way.x0) || 1));
  const y = steep || way.loops ? y0 - 3 : y0 + fraction * (y1 - y0) - 5.5;
  const x = steep || way.loops ? way.x0 + (right ? 8 : -8) : way.gap.label;
  const anchor = steep || way.loops ? (right ? "start" : "end") : "middle";
  marks.push(textMark(style, x, y, text, anchor));
  notes.forEach((line, i) => marks.push(textMark(noteStyle, way.gap.label, y0 + kSlope + 10 + 12 * i, line,
      "middle")));
  return marks;
}

// Whether nothing happens at the receiver between a packet's way out and its arrival but the arrival
// of what the same sender sent: then it is drawn as if it arrived at once, so that the arrows of a
// burst are parallel.
function travelsAlone(ladder: Ladder): (packet: Packet) => boolean {
  const times = ladder.lifelines.map((): { time: number; from?: number }[] => []);
  const add = (lifeline: number | undefined, time: number | undefined, from?: number) => {
    if (lifeline !== undefined && time !== undefined) times[lifeline]?.push({ time, from });
  };
  for (const call of ladder.calls) if (!call.of_program) { add(call.lifeline, call.begin); add(call.lifeline,
      call.end); }
  for (const state of ladder.states) add(state.lifeline, state.begin);
  for (const packet of ladder.packets) {
    add(packet.from, packet.time);
    add(packet.to, packet.arrived, packet.from);
  }
  for (const list of times) list.sort((a, b) => a.time - b.time);
  return (packet) => {
    const list = times[packet.to ?? -1];
    if (!list || packet.arrived === undefined) return false;
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list[middle].time <= packet.time) low = middle + 1;
      else high = middle;
    }
    for (; low < list.length && list[low].time <= packet.arrived; ++low) {
      if (list[low].from !== packet.from) return false;
    }
    return packet.arrived - packet.time < kIdle;
  };
}

// The notation without its ends, which the arrow has; of several sockets of a host it says which.
export function packetLabels(ladder: Ladder): (packet: Packet) => string {
  const names = ladder.lifelines.map(() => new Set<string>());
  const ends = ladder.packets.map((packet) => parseNotation(packet.text));
  ladder.packets.forEach((packet, i) => {
    if (packet.from !== undefined) names[packet.from]?.add(ends[i]?.from ?? "");
    if (packet.to !== undefined) names[packet.to]?.add(ends[i]?.to ?? "");
  });
  return (packet) => {
    const end = parseNotation(packet.text);
    const one = (lifeline: number | undefined, name: string | undefined) =>
      name && lifeline !== undefined && (names[lifeline]?.size ?? 0) > 1 ? visible(name) : "";
    const which = [one(packet.from, end?.from), one(packet.to, end?.to)].filter((name) => name !== "");
    return which.length ? `${which.join(" > ")}: ${withoutEnds(packet.text)}` : withoutEnds(packet.text);
  };
}

export function packetParts(ladder: Ladder, columns: Columns, measure: Measure): Part {
  const part: Part = { moments: [], items: () => [] };
  const differing = differingPackets(ladder);
  const rulesTold = new Set<string>();
  const alone = travelsAlone(ladder);
  const labelOf = packetLabels(ladder);
  const makers: (() => Item)[] = [];

  ladder.packets.forEach((packet, index) => {
    const wrong = differing.get(index);
    const gapWidth = wayOf(columns, packet.from, packet.to, 0).gap.width;
    const notes = wrong ? wrap(visible(wrong.note), gapWidth, 3, measure) : [];
    const isLost = packet.fault === undefined && packet.arrived === undefined; // says so below its cross
    const way = wayOf(columns, packet.from, packet.to, notes.length + (isLost ? 1 : 0));
    const { part: share, how } = endOf(packet, way, columns);
    const arrives = !alone(packet) && (how === "arrived" || how === "dropped" && packet.arrived !== undefined);
    let y0 = 0;
    let y1 = 0;

    // The rule in full at the first packet that it hit, then only what it did to it.
    const ruleAt = packet.fault === undefined ? undefined : columns.lifelines[packet.fault_at ?? packet.to ?? -1];
    const rule = ruleText(packet.fault ?? "");
    const toldAs = JSON.stringify([packet.fault_at, rule]);
    const words = rulesTold.has(toldAs) ? /(drop|reject\b.*)$/.exec(rule)?.[0] ?? rule : rule;
    if (ruleAt) rulesTold.add(toldAs);
    const inGap = ruleAt?.text.column === way.gap.column;
    const ruleLines = ruleAt ? wrap(words, ruleAt.text.width, 2, measure) : [];
    const ruleBoxes: Box[] = ruleAt && !inGap ? [{ column: ruleAt.text.column, above: arrives ? 8 : 0,
        below: (arrives ? 5 : kSlope + 5) + 12 * (ruleLines.length - 1) + (ruleAt.middle ? 11 : 0) }] : [];

    part.moments.push({
      time: packet.time, order: 2, boxes: arrives ? way.boxes : [...way.boxes, ...ruleBoxes],
      place: (y) => { y0 = y; y1 = y + kSlope; },
    });
    if (arrives && packet.arrived !== undefined) {
      part.moments.push({ time: packet.arrived, order: 3, boxes: ruleBoxes, least: () => y0 + kSlope,
          place: (y) => { y1 = y; } });
    }
    makers.push(() => {
      const style = ["packet", how, packet.fault !== undefined && /reject/.test(rule) ? "rejected" : "",
                     wrong ? "differs" : "", /^(?:\S+ )?icmp\b/.test(withoutEnds(packet.text)) ? "icmp" : ""].filter(Boolean).join(" ");
      const xe = way.x0 + share * (way.x1 - way.x0);
      const ye = y0 + share * (y1 - y0);
      const marks: Mark[] = [lineMark("hit", way.x0, y0, way.x1, y1)];
      if (way.loops) {
        marks.push(pathMark("way", `M${way.x0} ${y0}C${way.x1} ${y0} ${way.x1} ${y1} ${way.x0} ${y1}`));
        if (how === "arrived") marks.push(pathMark("head", head(way.x1, y1, way.x0, y1)));
      } else {
        marks.push(lineMark("way", way.x0, y0, xe, ye));
        if (share < 1) marks.push(lineMark("rest", xe, ye, way.x1, y1));
        if (how === "arrived") marks.push(pathMark("head", head(way.x0, y0, way.x1, y1)));
      }
      if (how === "lost") marks.push(textMark("verdict", xe, ye + 14, "lost", "middle"));
      const label = ellipsize(labelOf(packet), way.gap.width, measure);
      marks.push(...labelMarks(way, y0, y1, label, "notation", notes, "difference"));
      if (ruleAt && !inGap) {
        ruleLines.forEach((line, i) => marks.push(textMark("rule", ruleAt.text.x,
            ye + (ruleAt.middle ? 15 : 4) + 12 * i, line, ruleAt.text.anchor)));
      }
      return { key: `packet-${index}`, hook: "packet", index, layer: "packet", style, time: packet.time, marks,
               label: spoken(ladder, packet, how, rule, wrong?.note), y0: y0 - 13,
                   y1: Math.max(y1, ye) + 8 + 13 * notes.length };
    });
    if (how !== "arrived") {
      makers.push(() => {
        const x = (way.loops ? way.x0 : way.x0 + share * (way.x1 - way.x0)) + (share === 1 ? (way.x1 > way.x0 ? -4 : 4) : 0);
        const y = y0 + share * (y1 - y0);
        return { key: `cross-${index}`, hook: "cross", index, layer: "packet", style: `cross ${how}`,
            time: packet.time,
                 label: "", still: true, y0: y - 6, y1: y + 6, marks: [cross("", x, y)] };
      });
    }
  });
  part.items = () => makers.map((make) => make());
  return part;
}

function spoken(ladder: Ladder, packet: Packet, how: string, rule: string, note: string | undefined): string {
  const what = `${seconds(packet.time, ladder.begin)} s: ${visible(packet.text.replace(/\s+/g, " "))}`;
  const end = how === "arrived" ? "" : how === "lost" ? "; it never arrived" : `; it hit the rule ${rule}`;
  return what + end + (note ? `; ${visible(note)}` : "");
}

// The packets that a script expected and that never came, where they should have been.
export function missingParts(ladder: Ladder, columns: Columns, measure: Measure): Part {
  const part: Part = { moments: [], items: () => [] };
  const makers: (() => Item)[] = [];
  let index = 0;
  for (const difference of ladder.differences) {
    for (const line of difference.lines) {
      if (line.mark !== "-") continue;
      const number = index++;
      const gap = wayOf(columns, line.from, line.to, 0).gap;
      const notes = wrap(visible(line.note ?? "never seen"), gap.width, 3, measure);
      const way = wayOf(columns, line.from, line.to, notes.length);
      let y0 = 0;
      part.moments.push({ time: line.time, order: 1, boxes: way.boxes, place: (y) => { y0 = y; } });
      makers.push(() => {
        const y1 = y0 + kSlope;
        const label = ellipsize(`expected ${withoutEnds(line.text)}`, way.gap.width, measure);
        return { key: `missing-${number}`, hook: "missing", index: number, layer: "packet", style: "packet missing",
          time: line.time, label: `expected, never seen: ${visible(line.text)}; ${visible(line.note ?? "")}`,
              y0: y0 - 13, y1: y1 + 8 + 13 * notes.length,
          marks: [lineMark("way", way.x0, y0, way.x1, y1),
                  pathMark("head", head(way.x0, y0, way.x1, y1)),
                  ...labelMarks(way, y0, y1, label, "notation", notes, "difference")] };
      });
    }
  }
  part.items = () => makers.map((make) => make());
  return part;
}

// SPDX-License-Identifier: GPL-2.0-or-later
// What lasts: the states of sockets, their timers, faults in force; and what was read of them.
import type { Columns, LifelineColumns } from "./columns";
import { circleMark, type Item, lineMark, type Mark, type Part, pathMark, rectMark, textMark } from "./item";
import type { HostLanes, Socket } from "./lanes";
import type { Rows } from "./rows";
import { duration, ruleText, seconds, visible, wrap, type Measure } from "./text";
import type { Ladder, Timer } from "../model";

const kStateRow = 13; // px: a state's name

export function stateParts(ladder: Ladder, columns: Columns, lanes: HostLanes[], measure: Measure): Part {
  const part: Part = { moments: [], items: () => [] };
  const places: { index: number; host: LifelineColumns; socket: Socket }[] = [];
  lanes.forEach((host, lifeline) => {
    for (const socket of host.sockets) {
      for (const index of socket.states) places.push({ index, host: columns.lifelines[lifeline], socket });
    }
    // A name stands in its state, so that the next state begins below it.
    if (!columns.lifelines[lifeline].wide) return;
    for (const socket of host.sockets) {
      if (socket.listens) continue;
      for (const index of socket.states) {
        part.moments.push({ time: ladder.states[index].begin, order: 5,
          boxes: [{ column: `state${lifeline}.${socket.lane}`, above: 0, below: kStateRow }] });
      }
    }
  });
  part.items = (rows) => places.map(({ index, host, socket }) => {
    const state = ladder.states[index];
    const { x, width } = host.state(socket.listens, socket.lane);
    const y0 = rows.at(state.begin);
    const y1 = Math.max(rows.at(state.end), y0 + (state.end >= ladder.end ? 12 : 3));
    const name = visible(state.state);
    const marks: Mark[] = [rectMark("fill", x + 0.5, y0, width - 1, y1 - y0)];
    marks.push(rectMark("edge", host.outerLeft ? x + width - 3.5 : x + 0.5, y0, 3, y1 - y0));
    if (width > 30) {
      for (let y = y0; y + kStateRow <= y1; y += 420) {
        if (y !== y0) {
          const torn = rows.breaks.find((idle) => y + kStateRow > idle.y0 - 3 && y < idle.y1 + 3);
          if (torn) y = torn.y1 + 4;
          if (y1 - y < 60) break;
        }
        if (state.observed) marks.push(rectMark("seen", x + 0.5, y, width - 1, Math.min(kStateRow + 1, y1 - y)));
        marks.push(textMark("name", x + width / 2, y + 10, name, "middle"));
      }
    } else if (y1 - y0 > measure(name) + 6) {
      if (state.observed) marks.push(rectMark("seen", x + 0.5, y0, width - 1, measure(name) + 8));
      marks.push(textMark("name", x + width / 2 + 3.5, y0 + 4, name, "end", true));
    }
    const how = state.observed ? "" : ", as follows from segments and calls";
    return { key: `state-${index}`, hook: "state", index, layer: "state", time: state.begin, y0, y1, marks,
        tall: true,
             style: `state state-${state.state.toLowerCase().replace(/[^a-z0-9-]/g, "")}${state.observed ? " observed" : ""}`,
             label: `${seconds(state.begin, ladder.begin)} s: ${visible(state.label ?? "")} ${name} for ${duration(state.end - state.begin)}${how}` };
  });
  return part;
}

export function timerName(kind: string): string {
  return { on: "retransmission", timewait: "time-wait" }[kind] ?? visible(kind);
}

// The break that most of a timer's time lies in: its words stand there.
export function breakOf(timer: Timer, breaks: { begin: number; end: number }[]): number {
  let best = -1;
  let most = 0;
  breaks.forEach((idle, i) => {
    const common = Math.min(timer.end, idle.end) - Math.max(timer.begin, idle.begin);
    if (common > most && common >= 0.5 * (idle.end - idle.begin)) {
      best = i;
      most = common;
    }
  });
  return best;
}

// How many timers of one lifeline have their words in a break.
const kMostTimers = 4;

export function timerLines(ladder: Ladder, breaks: { begin: number; end: number }[]): Map<number, number> {
  const lines = new Map<number, number>();
  ladder.lifelines.forEach((_, lifeline) => {
    const here = new Map<number, number>();
    for (const timer of ladder.timers) {
      if (timer.lifeline !== lifeline) continue;
      const at = breakOf(timer, breaks);
      if (at >= 0) here.set(at, Math.min(kMostTimers, (here.get(at) ?? 0) + 1));
    }
    for (const [at, count] of here) lines.set(at, Math.max(lines.get(at) ?? 0, count));
  });
  return lines;
}

export function timerParts(ladder: Ladder, columns: Columns, lanes: HostLanes[], measure: Measure): Part {
  return {
    moments: [],
    items: (rows) => {
      const told = new Map<string, number>();
      return ladder.timers.flatMap((timer, index) => {
        const host = timer.lifeline === undefined ? undefined : columns.lifelines[timer.lifeline];
        if (!host) return [];
        return [timerItem(ladder, timer, index, host, lanes[timer.lifeline!], columns, rows, told, measure)];
      });
    },
  };
}

function timerItem(ladder: Ladder, timer: Timer, index: number, host: LifelineColumns, lanes: HostLanes,
                   columns: Columns, rows: Rows, told: Map<string, number>, measure: Measure): Item {
  const socket = lanes.sockets.find((s) => !s.listens && s.label === timer.label && s.begin <= timer.end && s.end >= timer.begin);
  const { x, width } = host.state(false, socket?.lane ?? 0);
  const y0 = rows.at(timer.begin);
  const y1 = Math.max(rows.at(timer.end), y0 + 4);
  const inward = host.outerLeft ? 1 : -1;
  // Beside the states, or in its socket's lane.
  const at = lanes.connections > 1 ? (host.outerLeft ? x + width - 6 : x + 6) : host.outerLeft ? host.right + 4 : host.left - 4;
  const name = timerName(timer.kind);
  const marks: Mark[] = [lineMark("ground", at, y0, at, y1), lineMark("span", at, y0, at, y1)];
  // Fired: an arrow's head; stopped: a bar.
  marks.push(timer.fired
    ? pathMark("fired", `M${at - 4} ${y1 - 7}L${at + 4} ${y1 - 7}L${at} ${y1}Z`)
    : lineMark("span", at - 4, y1, at + 4, y1));
  const breakIndex = breakOf(timer, rows.breaks);
  if (breakIndex >= 0) {
    const idle = rows.breaks[breakIndex];
    const key = `${timer.lifeline}.${breakIndex}`;
    const line = told.get(key) ?? 0;
    told.set(key, line + 1);
    if (line < kMostTimers) {
      const edge = host.outerLeft ? host.right : host.left;
      const who = lanes.connections > 1 && timer.label ? `${visible(timer.label)}: ` : "";
      const took = duration(timer.end - timer.begin);
      const end = timer.fired ? "" : ", stopped";
      const texts = [`${who}${name} ${took}${end}`, `${name} ${took}${end}`, `${name} ${took}`, took];
      const beside = host.outerLeft ? timer.lifeline! : Math.max(0, timer.lifeline! - 1);
      const gap = columns.gaps[beside] ?? columns.gaps[0];
      const others = ladder.timers.some((other) =>
        other.lifeline !== timer.lifeline && breakOf(other, rows.breaks) === breakIndex);
      const room = (gap.right - gap.left) * (others ? 0.47 : 0.9) - 12;
      const text = texts.find((one) => measure(one) <= room) ?? took;
      marks.push(textMark("words", edge + 12 * inward, idle.y0 + 17 + 13 * line, text,
          host.outerLeft ? "start" : "end"));
    }
  }
  return { key: `timer-${index}`, hook: "timer", index, layer: "timer", time: timer.begin, y0, y1, marks, tall: true,
           style: `timer ${/^[a-z]+$/.test(timer.kind) ? timer.kind : ""}${timer.fired ? " fired" : ""}`,
           label: `${seconds(timer.begin, ladder.begin)} s: ${visible(timer.label ?? "")} timer ${name}, ${duration(timer.end - timer.begin)}, ${timer.fired ? "fired" : "stopped"}` };
}

export function faultParts(ladder: Ladder, columns: Columns, bars: number[], measure: Measure): Part {
  const part: Part = { moments: [], items: () => [] };
  const makers: ((rows: Rows) => Item)[] = [];
  ladder.faults.forEach((fault, index) => {
    const host = fault.lifeline === undefined ? undefined : columns.lifelines[fault.lifeline];
    const rule = ruleText(fault.rule);
    if (!host) return;
    const { column, width, x, anchor } = host.text;
    const lines = wrap(`armed: ${rule}`, Math.max(width, 100), 3, measure);
    const last = fault.end === undefined ? [] : wrap(`lifted: ${fault.hits} ${fault.hits === 1 ? "packet" : "packets"} hit`, width, 2, measure);
    let y0 = 0;
    let y1 = 0;
    part.moments.push({ time: fault.begin, order: 4, boxes: [{ column, above: 2, below: 12 * lines.length + 1 }],
        place: (y) => { y0 = y; } });
    if (fault.end !== undefined) {
      part.moments.push({ time: fault.end, order: 4, boxes: [{ column, above: 12 * last.length - 2, below: 3 }],
                          least: () => y0 + 12 * lines.length, place: (y) => { y1 = y; } });
    }
    makers.push((rows) => {
      if (fault.end === undefined) y1 = Math.max(rows.at(ladder.end), y0 + 12);
      const count = bars[fault.lifeline!];
      const x0 = Math.min(host.left, count ? host.bar(count - 1) : host.left) - 9;
      const x1 = Math.max(host.right, count ? host.bar(count - 1) + 6 : host.right) + 9;
      const marks: Mark[] = [
        rectMark("shade", x0, y0, x1 - x0, y1 - y0),
        lineMark("edge", x0, y0, x1, y0)];
      if (fault.end !== undefined) marks.push(lineMark("edge", x0, y1, x1, y1));
      lines.forEach((text, i) => marks.push(textMark("rule", x, y0 + 9 + 12 * i, text, anchor)));
      last.forEach((text, i) => marks.push(textMark("rule", x, y1 - 1 - 12 * (last.length - 1 - i), text, anchor)));
      return { key: `fault-${index}`, hook: "fault", index, layer: "fault", style: "fault", time: fault.begin, y0,
          y1: y1 + 3, tall: true, marks,
               label: `${seconds(fault.begin, ladder.begin)} s: fault on ${visible(fault.host ?? "")}: ${rule}; it hit ${fault.hits} packets` };
    });
  });
  part.items = (rows) => makers.map((make) => make(rows));
  return part;
}

// Dots where socket diagnostics answered, and where counters were read.
export function readingParts(ladder: Ladder, columns: Columns, lanes: HostLanes[]): Part {
  return {
    moments: [...ladder.samples, ...ladder.counters].map((reading) => ({ time: reading.time, order: 7, boxes: [] })),
    items: (rows) => [
      ...ladder.samples.flatMap((sample, index): Item[] => {
        const host = sample.lifeline === undefined ? undefined : columns.lifelines[sample.lifeline];
        if (!host) return [];
        const listens = /\bLISTEN\b/.test(sample.text);
        const sockets = lanes[sample.lifeline!].sockets;
        const socket = sockets.find((s) => s.listens === listens && s.label === sample.label && s.begin <= sample.time && s.end >= sample.time);
        const { x, width } = host.state(listens, socket?.lane ?? 0);
        const y = rows.at(sample.time);
        return [{ key: `sample-${index}`, hook: "sample", index, layer: "sample", style: "sample",
            time: sample.time, y0: y - 3, y1: y + 3,
                  label: `${seconds(sample.time, ladder.begin)} s: ${visible(sample.text)}`,
                  marks: [circleMark("", host.outerLeft ? x + width - 2 : x + 2, y, 2.6)] }];
      }),
      ...ladder.counters.flatMap((counters, index): Item[] => {
        const host = counters.lifeline === undefined ? undefined : columns.lifelines[counters.lifeline];
        if (!host) return [];
        const y = rows.at(counters.time);
        const x = host.outerLeft ? host.left + 5 : host.right - 5;
        return [{ key: `counters-${index}`, hook: "counters", index, layer: "sample", style: "counters",
            time: counters.time, y0: y - 4, y1: y + 4,
                  label: `${seconds(counters.time, ladder.begin)} s: counters: ${Object.entries(counters.grown).map(([name, by]) => `${visible(name)} +${by}`).join(", ")}`,
                  marks: [pathMark("", `M${x} ${y - 4}L${x + 4} ${y}L${x} ${y + 4}L${x - 4} ${y}Z`)] }];
      }),
    ],
  };
}

// SPDX-License-Identifier: GPL-2.0-or-later
// System calls as bars beside their host for as long as they take, with their words; what programs
// print, and what is folded.
import type { Columns } from "./columns";
import type { Fold, Folded } from "./fold";
import { type Item, type Mark, type Part, rectMark, textMark } from "./item";
import { lanesOf } from "./lanes";
import { kIdle } from "./rows";
import { ellipsize, seconds, splitCall, visible, wrap, type Measure } from "./text";
import type { Call, Ladder, Output } from "../model";

const kLine = 12; // px

// Whose call it is, where its place does not say it.
function speakers(ladder: Ladder): (call: Call) => string {
  const sockets = new Map<number, Set<string>>();
  for (const call of ladder.calls) {
    if (call.lifeline === undefined) continue;
    if (!sockets.has(call.lifeline)) sockets.set(call.lifeline, new Set());
    sockets.get(call.lifeline)!.add(call.socket ?? "");
  }
  return (call) => {
    if (call.lifeline !== undefined && sockets.get(call.lifeline)!.size < 2) return "";
    const host = call.lifeline === undefined ? "" : ladder.lifelines[call.lifeline]?.name ?? "";
    const socket = call.socket ?? "";
    if (socket === host) return "";
    return socket.startsWith(`${host} `) ? socket.slice(host.length + 1) : socket;
  };
}

// The text of a call without whose it is.
export function callWords(call: Call): string {
  const prefix = `${call.socket ?? ""}: `;
  if (call.socket && call.text.startsWith(prefix)) return call.text.slice(prefix.length);
  const colon = call.text.indexOf(": ");
  return colon >= 0 && colon < call.text.indexOf("(") ? call.text.slice(colon + 2) : call.text;
}

export function callText(ladder: Ladder): (call: Call) => [words: string, result: string] {
  const speaker = speakers(ladder);
  return (call) => {
    const [words, result] = splitCall(callWords(call));
    const who = visible(speaker(call));
    return [who ? `${who}: ${words}` : words, result];
  };
}

// The width of the longest text beside each lifeline.
export function callWidths(ladder: Ladder, folded: Folded, measure: Measure): number[] {
  const widths = ladder.lifelines.map(() => 0);
  const grow = (lifeline: number | undefined, text: string) => {
    if (lifeline === undefined || lifeline >= widths.length) return;
    widths[lifeline] = Math.max(widths[lifeline], measure(text));
  };
  const textOf = callText(ladder);
  for (const i of folded.calls) {
    const call = ladder.calls[i];
    const [words, result] = textOf(call);
    if (isLong(ladder, call)) {
      grow(call.lifeline, words);
      grow(call.lifeline, result.replace(/\(.*/, ""));
    } else {
      grow(call.lifeline, `${words} ${result}`);
    }
  }
  for (const fold of folded.folds) grow(fold.lifeline, "▸ ".padEnd(26));
  for (const i of folded.outputs) grow(ladder.outputs[i].lifeline, outputText(ladder.outputs[i]));
  for (const fault of ladder.faults) grow(fault.lifeline, `armed: ${fault.rule}`);
  return widths;
}

export function isLong(ladder: Ladder, call: Call): boolean {
  return call.end === undefined || call.end - call.begin >= kIdle || ladder.end - ladder.begin === 0;
}

export interface Bars {
  count: number[]; // side by side, by lifeline
  lanes: Map<string, number>; // of an item's key
}

const kMostBars = 5;

export function placeBars(ladder: Ladder, folded: Folded): Bars {
  const bars: Bars = { count: ladder.lifelines.map(() => 0), lanes: new Map() };
  ladder.lifelines.forEach((_, lifeline) => {
    const spans = [
      ...folded.calls.filter((i) => ladder.calls[i].lifeline === lifeline).map((i) =>
        ({ key: `call-${i}`, begin: ladder.calls[i].begin, end: ladder.calls[i].end ?? Infinity })),
      ...folded.folds.filter((fold) => fold.lifeline === lifeline).map((fold) =>
        ({ key: `fold-${fold.key}`, begin: fold.begin, end: fold.end })),
    ].sort((a, b) => a.begin - b.begin);
    const { lanes, count } = lanesOf(spans);
    spans.forEach((span, i) => bars.lanes.set(span.key, Math.min(lanes[i], kMostBars - 1)));
    bars.count[lifeline] = Math.min(count, kMostBars);
  });
  return bars;
}

export function callParts(ladder: Ladder, columns: Columns, folded: Folded, bars: Bars, measure: Measure): Part {
  const part: Part = { moments: [], items: () => [] };
  const makers: (() => Item)[] = [];
  const textOf = callText(ladder);

  for (const index of folded.calls) {
    const call = ladder.calls[index];
    const host = columns.lifelines[call.lifeline ?? columns.lifelines.length - 1];
    const key = `call-${index}`;
    const { width, column, x, anchor } = host.text;
    const [words, result] = textOf(call);
    const long = isLong(ladder, call);
    const whole = `${words} ${result}`.trim();
    const oneLine = !long && measure(whole) <= width;
    const results = oneLine || !result ? [] : wrap(long ? `${visible(call.name)}() ${result}` : result, width, 3,
        measure);
    if (call.end === undefined) results.push("has not returned");
    const first = ellipsize(oneLine ? whole : words, width, measure);
    let y0 = 0;
    let y1 = 0;
    part.moments.push({ time: call.begin, order: 1, boxes: [{ column, above: 1, below: kLine }],
        place: (y) => { y0 = y; y1 = y + 9; } });
    part.moments.push({
      time: call.end ?? ladder.end, order: call.end === undefined ? 9 : 6,
      boxes: results.length ? [{ column, above: kLine * results.length - 2, below: 3 }] : [],
      least: () => y0 + 9, place: (y) => { y1 = y; },
    });
    makers.push(() => {
      const failed = call.error !== undefined;
      const bar = call.lifeline === undefined ? undefined : host.bar(bars.lanes.get(key) ?? 0);
      const marks: Mark[] = [];
      if (bar !== undefined) marks.push(rectMark("bar", bar, y0, 6, Math.max(9, y1 - y0)));
      marks.push(textMark(`words${oneLine && failed ? " failed" : ""}`, x, y0 + 9, first, anchor));
      results.forEach((text, i) => marks.push(textMark(`result${failed ? " failed" : ""}`, x,
          y1 - 1 - kLine * (results.length - 1 - i), text, anchor)));
      const took = call.end === undefined ? "; it has not returned" : "";
      return { key, hook: "call", index, layer: "call", time: call.begin, y0, y1: Math.max(y1, y0 + 10) + 3, marks,
          tall: y1 - y0 > 120,
               style: ["call", failed ? "failed" : "", call.end === undefined ? "open" : "",
                   call.of_program ? "program" : ""].filter(Boolean).join(" "),
               label: `${seconds(call.begin, ladder.begin)} s: ${visible(call.text)}${took}` };
    });
  }

  for (const [index, fold] of folded.folds.entries()) {
    makers.push(foldItem(part, ladder, columns, fold, index, bars, measure));
  }
  for (const index of folded.outputs) makers.push(outputItem(part, ladder, columns, index, measure));
  part.items = () => makers.map((make) => make());
  return part;
}

function foldItem(part: Part, ladder: Ladder, columns: Columns, fold: Fold, index: number, bars: Bars,
    measure: Measure): () => Item {
  const host = columns.lifelines[fold.lifeline];
  const key = `fold-${fold.key}`;
  const { width, column, x, anchor } = host.text;
  const lines = wrap(`▸ ${fold.text}`, Math.max(width, 120), 4, measure);
  let y0 = 0;
  let y1 = 0;
  part.moments.push({ time: fold.begin, order: 0, boxes: [{ column, above: 1, below: kLine * lines.length }],
      place: (y) => { y0 = y; } });
  part.moments.push({ time: fold.end, order: 6, boxes: [], least: () => y0 + 9, place: (y) => { y1 = y; } });
  return () => {
    const marks: Mark[] = [rectMark("bar", host.bar(bars.lanes.get(key) ?? 0), y0, 6, Math.max(9, y1 - y0))];
    lines.forEach((text, i) => marks.push(textMark("words", x, y0 + 9 + kLine * i, text, anchor)));
    return { key, hook: "fold", index, layer: "call", time: fold.begin, y0,
        y1: Math.max(y1, y0 + kLine * lines.length) + 2, marks,
             tall: y1 - y0 > 120, style: "bundle", label: `${seconds(fold.begin, ladder.begin)} s: ${fold.text}; Enter unfolds them` };
  };
}

export function outputText(output: Output): string {
  const text = visible(output.text.replace(/\n+$/, ""));
  const program = visible(output.program ?? "");
  switch (output.event) {
    case "stdout": case "stderr": return `${program}: ${text.trim()}`;
    default: return text.includes(program) ? text.trim() : `${program} ${text.trim()}`;
  }
}

function outputItem(part: Part, ladder: Ladder, columns: Columns, index: number, measure: Measure): () => Item {
  const output = ladder.outputs[index];
  const host = columns.lifelines[output.lifeline ?? columns.lifelines.length - 1];
  const { width, column, x, anchor } = host.text;
  const event = visible(output.event);
  const isLine = output.event === "stdout" || output.event === "stderr";
  const lines = wrap(isLine ? outputText(output) : `${event}: ${outputText(output)}`, width - 8, isLine ? 1 : 2,
      measure);
  let y0 = 0;
  part.moments.push({ time: output.time, order: 4, boxes: [{ column, above: 2, below: kLine * lines.length + 3 }],
      place: (y) => { y0 = y; } });
  return () => {
    const widest = Math.max(...lines.map(measure), 20) + 8;
    const marks: Mark[] = [rectMark("paper", anchor === "end" ? x - widest : x, y0 - 1, widest,
        kLine * lines.length + 3)];
    lines.forEach((text, i) => marks.push(textMark("words", anchor === "end" ? x - 4 : x + 4, y0 + 9 + kLine * i,
        text, anchor)));
    return { key: `output-${index}`, hook: "output", index, layer: "call", time: output.time, y0: y0 - 1,
        y1: y0 + kLine * lines.length + 3, marks,
             style: `output ${isLine ? event : "event"}`, label: `${seconds(output.time, ladder.begin)} s: ${event}: ${outputText(output)}` };
  };
}

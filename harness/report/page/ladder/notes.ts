// SPDX-License-Identifier: GPL-2.0-or-later
// What concerns all hosts: causes, deviations and judged times; what belongs to no host's lifeline.
import type { Columns } from "./columns";
import { kMargin } from "./columns";
import { type Item, lineMark, type Mark, type Part, textMark } from "./item";
import type { Moment } from "./rows";
import { seconds, visible, withoutEnds, wrap, type Measure } from "./text";
import type { Ladder } from "../model";

const kLine = 12;

interface Across {
  key: string;
  hook: string;
  index: number;
  time: number;
  style: string;
  text: string;
  order: number;
}

// A line across all lifelines with words in the first gap.
function acrossItem(part: Part, columns: Columns, across: Across, measure: Measure, zero: number): () => Item {
  const gap = columns.gaps[0];
  const lines = wrap(across.text, gap.right - gap.left - 24, 4, measure);
  const half = (kLine * lines.length) / 2;
  let y = 0;
  const moment: Moment = {
    time: across.time, order: across.order, place: (at) => { y = at; },
    boxes: columns.gaps.map((g, k) => ({ column: g.column, above: k === 0 ? half + 4 : 6,
        below: k === 0 ? half + 3 : 6 })),
  };
  part.moments.push(moment);
  return () => {
    const left = columns.lifelines[0]?.left ?? gap.left;
    const right = columns.lifelines[columns.lifelines.length - 1]?.right ?? gap.right;
    const widest = Math.max(...lines.map(measure), 10) + 12;
    const middle = (gap.left + gap.right) / 2;
    const marks: Mark[] = [
      lineMark("across", left, y, middle - widest / 2, y),
      lineMark("across", middle + widest / 2, y, right, y)];
    lines.forEach((text, i) => marks.push(textMark("words", middle, y - half + 9.5 + kLine * i, text, "middle")));
    return { key: across.key, hook: across.hook, index: across.index, layer: "note", style: across.style,
        time: across.time,
             label: `${seconds(across.time, zero)} s: ${across.text}`, y0: y - half - 2, y1: y + half + 2, marks };
  };
}

export function noteParts(ladder: Ladder, columns: Columns, measure: Measure): Part {
  const part: Part = { moments: [], items: () => [] };
  const makers: ((at: (time: number) => number) => Item)[] = [];
  const across = (item: Omit<Across, "order">, order = 4) => makers.push(acrossItem(part, columns,
      { ...item, order }, measure, ladder.begin));
  let tick = -Infinity; // the lowest so far

  ladder.notes.forEach((note, index) => {
    const held = note.held !== false;
    const item = { key: `note-${index}`, hook: "note", index, time: note.time };
    const text = visible(note.text);
    if (note.kind === "cause") {
      across({ ...item, style: `note cause${held ? "" : " withheld"}`,
               text: held ? `cause: ${causeWords(ladder, text)}` : `cause withheld: ${text.replace(/^cause: /, "")}` });
    } else if (note.kind === "deviation") {
      across({ ...item, style: `note deviation${held ? "" : " off"}`, text });
    } else if (!held) {
      across({ ...item, style: "note timing wrong", text }, 8);
    } else {
      // A time that was as expected needs no words of its own.
      makers.push((at) => {
        const y = at(note.time);
        const free = Math.abs(y - tick) >= 11;
        if (free) tick = y;
        return { ...item, layer: "note", style: "note timing",
            label: `${seconds(note.time, ladder.begin)} s: ${text}`, y0: y - 6, y1: y + 6,
                 marks: free ? [textMark("tick", kMargin - 4, y + 4, "✓", "end")] : [] };
      });
    }
  });
  ladder.faults.forEach((fault, index) => {
    if (fault.lifeline !== undefined && columns.lifelines[fault.lifeline]) return;
    across({ key: `fault-${index}`, hook: "fault", index, time: fault.begin, style: "note fault",
             text: visible(`fault${fault.host ? ` on ${fault.host}` : ""}: ${fault.rule}`) });
  });
  let quiet = 0;
  for (const difference of ladder.differences) {
    for (const line of difference.lines) {
      if (line.from !== undefined || line.to !== undefined) continue;
      if (line.mark === "-") continue;
      across({ key: `differs-${quiet}`, hook: "differs", index: quiet++, time: line.time, style: "note wrong",
               text: visible(`${line.text}${line.note ? `: ${line.note}` : ""}`) }, 8);
    }
  }
  part.items = (rows) => makers.map((make) => make(rows.at));
  return part;
}

// A fault that is a cause has its rule beside its host.
function causeWords(ladder: Ladder, text: string): string {
  const words = text.replace(/^cause: /, "");
  const fault = /^(fault on [^:]+): (.*)$/.exec(words);
  if (fault && ladder.faults.some((f) => withoutEnds(f.rule) === withoutEnds(fault[2]))) return fault[1];
  return words;
}

// SPDX-License-Identifier: GPL-2.0-or-later
// Calls and output that would hide a story by their number: what sets sockets up before the first
// packet, and what a program does again and again between two packets, become one row each.
import { splitCall, visible } from "./text";
import type { Call, Ladder } from "../model";

export interface Fold {
  key: string;
  lifeline: number;
  calls: number[]; // indices into Ladder.calls
  outputs: number[]; // indices into Ladder.outputs
  begin: number;
  end: number;
  text: string;
}

export interface Folded {
  calls: number[]; // those that are not folded
  outputs: number[];
  folds: Fold[];
}

const kSetUp = new Set(["socket", "setsockopt", "getsockopt", "bind", "listen", "fcntl", "epoll_ctl", "getsockname",
    "ioctl"]);
const kLeastRepeats = 4;
const kLeastLines = 6;
// Errors that a program meets as a matter of course.
const kUsual = new Set(["EAGAIN", "EINTR", "EINPROGRESS", "ENOENT", "ENOTTY", "ENOPROTOOPT"]);

// "setsockopt(TCP_KEEPIDLE, 7200) = 0" -> "TCP_KEEPIDLE 7200", "socket(…) = 3" -> "socket".
function inShort(call: Call): string {
  const [words] = splitCall(call.text);
  const inside = words.slice(words.indexOf("(") + 1, -1);
  if (call.name === "setsockopt") {
    const option = /((?:SO|TCP|IP|IPV6)_\w+), \[?([^,\]]*)/.exec(inside);
    if (option) return `${option[1]} ${option[2]}`;
  }
  if ((call.name === "bind" || call.name === "listen") && !call.of_program) return `${call.name}(${inside})`;
  return visible(call.name);
}

// "socket, bind, epoll_wait ×12", in the order of their first.
function listed(words: string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => count > 1 ? `${word} ×${count}` : word).join(", ");
}

interface Event {
  time: number;
  call?: number;
  output?: number;
}

export function fold(ladder: Ladder, unfolded: ReadonlySet<string>): Folded {
  const folded: Folded = { calls: [], outputs: [], folds: [] };
  const firstPacket = ladder.packets.length ? ladder.packets[0].time : Infinity;
  const hidden = new Set<number>();
  const hiddenOutputs = new Set<number>();

  const add = (kind: string, lifeline: number, calls: number[], outputs: number[], text: string) => {
    const key = `${kind}-${calls[0] ?? "o" + outputs[0]}`;
    const begins = [...calls.map((i) => ladder.calls[i].begin), ...outputs.map((i) => ladder.outputs[i].time)];
    const ends = [...calls.map((i) => ladder.calls[i].end ?? ladder.end),
        ...outputs.map((i) => ladder.outputs[i].time)];
    if (!unfolded.has(key)) {
      for (const i of calls) hidden.add(i);
      for (const i of outputs) hiddenOutputs.add(i);
      folded.folds.push({ key, lifeline, calls, outputs, text,
        begin: begins.reduce((a, b) => Math.min(a, b)), end: ends.reduce((a, b) => Math.max(a, b)) });
    }
  };

  ladder.lifelines.forEach((_, lifeline) => {
    const setUp: number[] = [];
    ladder.calls.forEach((call, i) => {
      if (call.lifeline !== lifeline || call.of_program || call.error || !kSetUp.has(call.name)) return;
      if (call.begin < firstPacket && (call.end ?? Infinity) < firstPacket) setUp.push(i);
    });
    if (setUp.length > 0) {
      add("setup", lifeline, setUp, [], listed(setUp.map((i) => inShort(ladder.calls[i]))));
    }
    foldRepeats(ladder, lifeline, add);
  });

  ladder.calls.forEach((_, i) => { if (!hidden.has(i)) folded.calls.push(i); });
  ladder.outputs.forEach((_, i) => { if (!hiddenOutputs.has(i)) folded.outputs.push(i); });
  return folded;
}

type Add = (kind: string, lifeline: number, calls: number[], outputs: number[], text: string) => void;

// A program's calls and lines between two packets of its host, faults or causes.
function foldRepeats(ladder: Ladder, lifeline: number, add: Add): void {
  const events: Event[] = [];
  ladder.calls.forEach((call, i) => {
    if (call.lifeline !== lifeline) return;
    const quiet = call.of_program && call.end !== undefined && (!call.error || kUsual.has(call.error));
    events.push({ time: call.begin, call: quiet ? i : undefined });
  });
  ladder.outputs.forEach((output, i) => {
    if (output.lifeline !== lifeline) return;
    const line = output.event === "stdout" || output.event === "stderr";
    events.push({ time: output.time, output: line ? i : undefined });
  });
  for (const packet of ladder.packets) {
    if (packet.from === lifeline) events.push({ time: packet.time });
    if (packet.to === lifeline) events.push({ time: packet.arrived ?? packet.time });
  }
  for (const fault of ladder.faults) events.push({ time: fault.begin }, { time: fault.end ?? ladder.end });
  for (const note of ladder.notes) if (note.kind === "cause") events.push({ time: note.time });
  events.sort((a, b) => a.time - b.time);

  let calls: number[] = [];
  let outputs: number[] = [];
  const close = () => {
    const few = calls.length < kLeastRepeats && outputs.length < kLeastLines;
    if (!few) {
      const words = listed(calls.map((i) => visible(ladder.calls[i].name)));
      const lines = outputs.length === 0 ? "" : `${outputs.length} ${outputs.length === 1 ? "line" : "lines"} of output`;
      add("repeat", lifeline, calls, outputs, [words, lines].filter((text) => text !== "").join(", "));
    }
    calls = [];
    outputs = [];
  };
  for (const event of events) {
    if (event.call !== undefined) calls.push(event.call);
    else if (event.output !== undefined) outputs.push(event.output);
    else close();
  }
  close();
}

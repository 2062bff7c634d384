// SPDX-License-Identifier: GPL-2.0-or-later
// All that the timeline tells of one item, in words.
import { html } from "../dom";
import { timerName } from "./bands";
import { differingPackets } from "./packets";
import { duration, ruleText, seconds, visible } from "./text";
import type { Ladder } from "../model";

type Row = [name: string, value: string | undefined];

function pane(title: string, rows: Row[]): HTMLElement {
  return html("div", { class: "detail" }, html("p", { class: "what" }, title),
    html("dl", {}, ...rows.filter(([, value]) => value !== undefined && value !== "").flatMap(([name, value]) =>
      [html("dt", {}, name), html("dd", {}, value)])));
}

function hostName(ladder: Ladder, lifeline: number | undefined): string {
  return visible(lifeline === undefined ? "" : ladder.lifelines[lifeline]?.name ?? "");
}

// What was last read of the host's sockets before a time.
function readBefore(ladder: Ladder, lifeline: number | undefined, time: number): string | undefined {
  for (let i = ladder.samples.length - 1; i >= 0; --i) {
    const sample = ladder.samples[i];
    if (sample.time <= time && sample.lifeline === lifeline) {
      return `${visible(sample.text)} (${seconds(sample.time, ladder.begin)} s)`;
    }
  }
  return undefined;
}

function packetDetails(ladder: Ladder, index: number): HTMLElement {
  const packet = ladder.packets[index];
  const at = (time: number) => `${seconds(time, ladder.begin)} s`;
  const way = packet.arrived === undefined ? "never" : `${at(packet.arrived)} (${duration(packet.arrived - packet.time)} later)`;
  return pane(visible(packet.text.replace(/\s+/g, " ")), [
    ["sent", at(packet.time)],
    ["arrived", packet.fault !== undefined && packet.arrived === undefined ? undefined : way],
    ["dropped", packet.fault === undefined ? undefined : `on ${hostName(ladder, packet.fault_at ?? packet.to)}: ${ruleText(packet.fault)}`],
    ["expected", differingPackets(ladder).get(index)?.note],
    ["source", visible(packet.source)],
    ["destination", visible(packet.destination)],
    ["options", visible(packet.options ?? "none")],
    ["window", String(packet.window)],
    ["socket before", readBefore(ladder, packet.from, packet.time)],
  ]);
}

function callDetails(ladder: Ladder, index: number): HTMLElement {
  const call = ladder.calls[index];
  return pane(visible(call.text), [
    ["host", hostName(ladder, call.lifeline)],
    ["by", visible(call.socket ?? "")],
    ["began", `${seconds(call.begin, ladder.begin)} s`],
    ["returned", call.end === undefined ? "not before the scenario ended" : `${seconds(call.end, ladder.begin)} s (${duration(call.end - call.begin)} later)`],
    ["failed with", call.error === undefined ? undefined : visible(call.error)],
  ]);
}

function stateDetails(ladder: Ladder, index: number): HTMLElement {
  const state = ladder.states[index];
  const read = ladder.samples.filter((sample) => sample.lifeline === state.lifeline && sample.label === state.label &&
    sample.time >= state.begin && sample.time <= state.end).slice(0, 12);
  return pane(`${visible(state.label ?? "")} ${visible(state.state)}`, [
    ["host", hostName(ladder, state.lifeline)],
    ["from", `${seconds(state.begin, ladder.begin)} s`],
    ["to", `${seconds(state.end, ladder.begin)} s (${duration(state.end - state.begin)} later)`],
    ["local", visible(state.local ?? "")],
    ["remote", visible(state.remote ?? "")],
    ["known by", state.observed ? "socket diagnostics" : "the segments and calls, RFC 9293 3.3.2"],
    ...read.map((sample): Row => [`ss, ${seconds(sample.time, ladder.begin)} s`, visible(sample.text)]),
  ]);
}

// `key` is an item's; none of those that a reader can select is left without words.
export function details(ladder: Ladder, key: string, label: string): HTMLElement {
  const dash = key.indexOf("-");
  const index = Number(key.slice(dash + 1));
  const at = (time: number) => `${seconds(time, ladder.begin)} s`;
  switch (key.slice(0, dash)) {
    case "packet": return packetDetails(ladder, index);
    case "call": return callDetails(ladder, index);
    case "state": return stateDetails(ladder, index);
    case "timer": {
      const timer = ladder.timers[index];
      return pane(`${timerName(timer.kind)} timer`, [
        ["host", hostName(ladder, timer.lifeline)], ["socket", visible(timer.label ?? "")],
            ["started", at(timer.begin)],
        [timer.fired ? "fired" : "stopped", `${at(timer.end)} (${duration(timer.end - timer.begin)} later)`]]);
    }
    case "fault": {
      const fault = ladder.faults[index];
      return pane(ruleText(fault.rule), [
        ["host", visible(fault.host ?? hostName(ladder, fault.lifeline))], ["armed", at(fault.begin)],
        ["lifted", fault.end === undefined ? "at the end" : at(fault.end)],
            ["hit", `${fault.hits} ${fault.hits === 1 ? "packet" : "packets"}`]]);
    }
    case "output": {
      const output = ladder.outputs[index];
      return pane(visible(output.text), [["host", hostName(ladder, output.lifeline)],
          ["program", visible(output.program ?? "")],
        ["event", visible(output.event)], ["time", at(output.time)]]);
    }
    case "sample": {
      const sample = ladder.samples[index];
      return pane(visible(sample.text), [["socket diagnostics", at(sample.time)],
          ["host", hostName(ladder, sample.lifeline)]]);
    }
    case "counters": {
      const counters = ladder.counters[index];
      return pane(`counters of ${hostName(ladder, counters.lifeline)}`, [["read", at(counters.time)],
        ...Object.entries(counters.grown).map(([name, by]): Row => [visible(name), `+${by}`])]);
    }
    case "note": {
      const note = ladder.notes[index];
      return pane(visible(note.text), [["time", at(note.time)], ["kind", visible(note.kind)],
          ["held", note.held === false ? "no" : undefined]]);
    }
    default: return pane(label, []);
  }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// Packets as the script that expects them, as Shows() takes it: docs/notation.md.
import { parseNotation, type Notation } from "../ladder/text";
import type { Packet } from "../model";

function isHandshake(parts: Notation[]): boolean {
  if (parts.length < 3 || parts.slice(0, 3).some((part) => part.fault)) return false;
  const [syn, synAck, ack] = parts;
  const there = syn.from === ack.from && syn.to === ack.to;
  return there && synAck.from === syn.to && synAck.to === syn.from &&
         /^S 0:0\(0\)$/.test(syn.rest) && /^S\. 0:0\(0\) ack 1$/.test(synAck.rest) && /^\. 1:1\(0\) ack 1$/.test(ack.rest);
}

// "client >| server  P. 1:5(4) ack 2" with its columns below one another.
function inColumns(parts: Notation[]): string[] {
  const widest = (texts: string[]) => texts.reduce((most, text) => Math.max(most, text.length), 0);
  const split = parts.map((part) => {
    const space = part.rest.indexOf(" ");
    const isSegment = /^[SFRPUEW.]+ \d+:\d+\(\d+\)/.test(part.rest);
    return isSegment ? { flags: part.rest.slice(0, space), rest: part.rest.slice(space + 1) } : { flags: "",
        rest: part.rest };
  });
  const from = widest(parts.map((part) => part.from));
  const to = widest(parts.map((part) => part.to));
  const flags = widest(split.map((one) => one.flags));
  return parts.map((part, i) => {
    const ends = `${part.from.padEnd(from)} ${part.fault ? ">|" : "> "} ${part.to.padEnd(to)}`;
    const what = split[i].flags === "" ? split[i].rest : `${split[i].flags.padEnd(flags)}  ${split[i].rest}`;
    return `${ends}  ${what}`.trimEnd();
  });
}

// No times: what they depend on is for the author to say.
export function scriptOf(packets: Packet[]): string {
  const parts = packets.flatMap((packet) => parseNotation(packet.text) ?? []);
  const lines: string[] = [];
  let rest = parts;
  if (isHandshake(parts)) {
    const { from, to } = parts[0];
    lines.push(from === "client" && to === "server" ? "handshake" : `handshake ${from} > ${to}`);
    rest = parts.slice(3);
  }
  lines.push(...inColumns(rest));
  return `EXPECT_THAT(Wire(), Shows(R"(\n${lines.map((line) => `    ${line}\n`).join("")})"));\n`;
}

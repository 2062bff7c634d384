// SPDX-License-Identifier: GPL-2.0-or-later
// Words of a ladder: times, durations, packets and calls without what their place already says.

// The width of a text in pixels.
export type Measure = (text: string) => number;

// "7200.016406": seconds since `zero`, to the microsecond.
export function seconds(time: number, zero: number): string {
  return ((time - zero) / 1e9).toFixed(6);
}

// "7200.0 s", "1.024 s", "0.204 s", "85 µs".
export function duration(nanoseconds: number): string {
  const s = nanoseconds / 1e9;
  if (s >= 60) return `${s.toFixed(1)} s`;
  if (s >= 0.001) return `${s.toFixed(3)} s`;
  return `${Math.round(nanoseconds / 1e3)} µs`;
}

// What would move, hide or turn around the text beside it is shown as a number. Nothing is empty.
export function visible(text: string | undefined): string {
  return (text ?? "").replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (c) => c === "\n" || c === "\t" ? " " : `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

// A packet in notation in its parts: "client >| server  .   0:0(0) ack 1".
export interface Notation {
  from: string;
  fault: boolean; // ">|"
  to: string;
  rest: string; // ". 0:0(0) ack 1"
}

export function parseNotation(text: string): Notation | undefined {
  const match = /^(\S+)\s+>(\|?)\s+(\S+)\s+(.*)$/s.exec(text.trim());
  if (!match) return undefined;
  return { from: match[1], fault: match[2] !== "", to: match[3], rest: match[4].replace(/\s+/g, " ").trim() };
}

// The notation without its ends.
export function withoutEnds(text: string): string {
  return visible(parseNotation(text)?.rest ?? text.trim());
}

// A rule without the counter that a fault adds to it: what it has counted at the end says nothing
// of the packet in question.
export function ruleText(rule: string): string {
  return visible(rule.replace(/ counter packets \d+ bytes \d+/g, "").trim());
}

// A call's words before and after it returned: "recv(4096)" and "= -1 ETIMEDOUT (Connection timed
// out)"; the second is empty if there is none. Descriptors lose what strace says of them.
export function splitCall(text: string): [string, string] {
  const short = visible(text).replace(/<(?:TCP|TCPv6|UDP|UDPv6|UNIX[-A-Z]*|RAW|NETLINK):\[.*?\]>/g, "");
  // What the arguments of socket() are is of no interest to a story of TCP.
  const plain = short.replace(/^(socket\()AF_INET6?, SOCK_STREAM[^)]*\)/, "$1…)");
  return splitResult(plain);
}

function splitResult(short: string): [string, string] {
  const at = short.search(/\) = (?:-?\d|0x|\?)/);
  return at < 0 ? [short, ""] : [short.slice(0, at + 1), short.slice(at + 2)];
}

// The text, or as much of its beginning as fits, with an ellipsis.
export function ellipsize(text: string, width: number, measure: Measure): string {
  if (measure(text) <= width) return text;
  let low = 0;
  let high = Math.min(text.length, 400);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (measure(text.slice(0, middle) + "…") <= width) low = middle;
    else high = middle - 1;
  }
  return text.slice(0, low).trimEnd() + "…";
}

// The text in at most `most` lines, broken at spaces; the last one with an ellipsis if need be.
export function wrap(text: string, width: number, most: number, measure: Measure): string[] {
  const lines: string[] = [];
  let rest = text.trim();
  while (rest !== "" && lines.length < most - 1 && measure(rest) > width) {
    let cut = -1;
    for (let space = rest.indexOf(" "); space > 0; space = rest.indexOf(" ", space + 1)) {
      if (measure(rest.slice(0, space)) > width) break;
      cut = space;
    }
    if (cut < 0) break;
    lines.push(rest.slice(0, cut));
    rest = rest.slice(cut + 1);
  }
  if (rest !== "") lines.push(ellipsize(rest, width, measure));
  return lines;
}

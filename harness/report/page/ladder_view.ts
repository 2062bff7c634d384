// SPDX-License-Identifier: GPL-2.0-or-later
import { svg } from "./dom";
import type { Ladder } from "./model";

export function ladderView(ladder: Ladder): SVGElement {
  const x = (lifeline: number | undefined) => 100 + 400 * (lifeline ?? 0);
  return svg("svg", { class: "ladder", width: 700, height: 40 + 20 * ladder.packets.length },
    ...ladder.packets.map((packet, i) =>
      svg("line", { class: "packet", "data-packet": i, x1: x(packet.from), x2: x(packet.to),
                    y1: 20 + 20 * i, y2: 28 + 20 * i, stroke: "currentColor" })));
}

// SPDX-License-Identifier: GPL-2.0-or-later
// The packets in notation beside the ladder.
import { html } from "../dom";
import { differingPackets } from "../ladder/packets";
import { seconds, visible } from "../ladder/text";
import type { Ladder } from "../model";
import { copyButton } from "./packet_copy";
import { scriptOf } from "./packet_script";

export interface PacketList {
  element: HTMLElement;
  rows: HTMLElement[]; // by the packet's index
  toggle(index: number): void; // selects a packet, or no more
}

export function packetList(ladder: Ladder): PacketList {
  const chosen = new Set<number>();
  const differing = differingPackets(ladder);
  const boxes: HTMLInputElement[] = [];
  let last = -1;

  const button = copyButton("copy as expectation", () =>
    scriptOf(chosen.size ? ladder.packets.filter((_, i) => chosen.has(i)) : ladder.packets));
  const count = html("span", { class: "muted", role: "status" });
  const tell = () => {
    count.textContent = chosen.size ? `${chosen.size} of ${ladder.packets.length} selected` : `${ladder.packets.length} packets`;
  };
  const choose = (index: number, on: boolean) => {
    if (on) chosen.add(index);
    else chosen.delete(index);
    boxes[index].checked = on;
  };

  const rows = ladder.packets.map((packet, index) => {
    const box = html("input", { type: "checkbox", tabindex: -1, "aria-label": `select packet ${index + 1}`,
        click: (event) => {
      // With Shift, all from the last one on.
      const range = (event as MouseEvent).shiftKey && last >= 0 ? [Math.min(last, index),
          Math.max(last, index)] : [index, index];
      for (let i = range[0]; i <= range[1]; ++i) choose(i, box.checked);
      last = index;
      event.stopPropagation();
      tell();
    } });
    boxes.push(box);
    const lost = packet.fault !== undefined || packet.arrived === undefined;
    const wrong = differing.get(index);
    return html("li", { "data-listed": index, "data-key": `packet-${index}`, tabindex: -1,
                        class: [lost ? "lost" : "", wrong ? "differs" : ""].filter(Boolean).join(" ") || undefined },
      box, html("span", { class: "time" }, seconds(packet.time, ladder.begin)), " ",
      html("span", { class: "text" }, visible(packet.text)),
      wrong && html("span", { class: "note" }, `${wrong.mark} ${visible(wrong.note)}`));
  });
  tell();
  return {
    rows,
    toggle: (index) => { choose(index, !chosen.has(index)); last = index; tell(); },
    element: html("section", { class: "packets", "aria-label": "packets" },
      html("div", { class: "packets-head" }, count, ladder.packets.length > 0 && button),
      html("ol", {}, ...rows)),
  };
}

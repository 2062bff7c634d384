// SPDX-License-Identifier: GPL-2.0-or-later
// Draws what layout.ts has laid out: sheets one below the other, so that paper breaks between
// them and a browser paints those that it shows.
import { html, svg } from "../dom";
import { kMargin } from "./columns";
import type { Item, Mark } from "./item";
import type { Layout } from "./layout";
import { visible } from "./text";
import type { Lifeline } from "../model";

const kHeadHeight = 34;

function draw(mark: Mark): SVGElement {
  const style = mark.style || undefined;
  switch (mark.shape) {
    case "line": return svg("line", { class: style, x1: mark.x1, y1: mark.y1, x2: mark.x2, y2: mark.y2 });
    case "rect": return svg("rect", { class: style, x: mark.x, y: mark.y, width: Math.max(0, mark.width),
        height: Math.max(0, mark.height) });
    case "path": return svg("path", { class: style, d: mark.d });
    case "circle": return svg("circle", { class: style, cx: mark.x, cy: mark.y, r: mark.r });
    case "text": return svg("text", {
      class: style, x: mark.x, y: mark.y, "text-anchor": mark.anchor === "start" ? undefined : mark.anchor,
      transform: mark.turned ? `rotate(-90 ${mark.x} ${mark.y})` : undefined }, mark.text);
  }
}

function drawItem(item: Item, first: boolean): SVGElement {
  const spoken = first && !item.still;
  return svg("g", {
    class: `item ${item.style}`, [`data-${item.hook}`]: first ? item.index : undefined, "data-key": item.key,
    role: spoken ? "img" : undefined, "aria-label": spoken ? item.label : undefined,
        "aria-hidden": spoken ? undefined : "true",
    tabindex: spoken ? -1 : undefined,
  }, ...item.marks.map(draw));
}

// Hatching for faults.
function patterns(): SVGElement {
  const pattern = (id: string, size: number) => svg("pattern",
      { id, width: size, height: size, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    svg("line", { x1: 0, y1: 0, x2: 0, y2: size }));
  return svg("svg", { class: "patterns", width: 0, height: 0, "aria-hidden": "true" },
    svg("defs", {}, pattern("hatch-fault", 6)));
}

function headOf(layout: Layout, lifelines: Lifeline[]): SVGElement {
  const last = layout.columns.lifelines.length - 1;
  return svg("svg", { class: "ladder-head", width: layout.columns.width, height: kHeadHeight,
      viewBox: `0 0 ${layout.columns.width} ${kHeadHeight}` },
    ...layout.columns.lifelines.flatMap((host, k) => {
      const middle = (host.left + host.right) / 2;
      const more = layout.more.find((m) => m.lifeline === k);
      const name = visible(lifelines[k]?.name ?? "") + (more ? ` (${more.count} more sockets)` : "");
      const addresses = lifelines[k]?.addresses ?? [];
      const first = visible(addresses[0] ?? "") + (addresses.length > 1 ? " …" : "");
      return [svg("text", { class: "host", x: middle, y: 14, "text-anchor": "middle", "data-lifeline-name": k },
          name),
              svg("text", { class: "address", x: middle, y: 28, "text-anchor": "middle" },
                svg("title", {}, visible(addresses.join(" "))), last >= 0 ? first : "")];
    }),
    svg("text", { class: "address", x: kMargin - 14, y: 28, "text-anchor": "end" }, "seconds"));
}

export interface Drawing {
  element: HTMLElement;
  elements: Map<string, SVGElement[]>; // by an item's key; it is cut where it goes from sheet to sheet
}

export function drawLadder(layout: Layout, lifelines: Lifeline[]): Drawing {
  const elements = new Map<string, SVGElement[]>();
  const sheets: SVGElement[] = [];
  for (let i = 0; i + 1 < layout.cuts.length; ++i) {
    const [top, bottom] = [layout.cuts[i], layout.cuts[i + 1]];
    const groups = layout.items.filter((item) => item.y0 < bottom && item.y1 > top).map((item) => {
      const known = elements.get(item.key);
      const group = drawItem(item, !known);
      if (known) known.push(group);
      else elements.set(item.key, [group]);
      return group;
    });
    sheets.push(svg("svg", { class: "sheet", width: layout.columns.width, height: bottom - top,
                             viewBox: `0 ${top} ${layout.columns.width} ${bottom - top}` }, ...groups));
  }
  return { elements, element: html("div", { class: "ladder" }, patterns(), headOf(layout, lifelines), ...sheets) };
}

// SPDX-License-Identifier: GPL-2.0-or-later
// What the reader looks at: the pointer, the focus and the keys lead to an item, which is lit up in
// the ladder and in the list, and told in the details pane. One that is pinned stays there.
import { details } from "./details";
import type { Item } from "./item";
import type { Drawing } from "./view";
import type { Ladder } from "../model";
import type { PacketList } from "../run/packet_list";

export class LadderFocus {
  private order: Item[] = []; // as the keys step through them
  private byKey = new Map<string, Item>();
  private drawing?: Drawing;
  private lit: Element[] = [];
  private current?: string;
  private pinned?: string;

  // `unfold` is called with the index of a fold that the reader opened.
  constructor(private readonly ladder: Ladder, private readonly list: PacketList, private readonly pane: HTMLElement,
              private readonly unfold: (index: number) => void) {
    this.listen(list.element);
    this.tell(undefined);
  }

  // The ladder was drawn anew.
  attach(items: Item[], drawing: Drawing): void {
    this.drawing = drawing;
    this.order = items.filter((item) => !item.still).sort((a, b) => a.time - b.time || a.y0 - b.y0);
    this.byKey = new Map(this.order.map((item) => [item.key, item]));
    this.listen(drawing.element);
    if (this.current && !this.byKey.has(this.current)) this.current = undefined;
    const first = this.current ?? this.order.find((item) => item.hook === "packet")?.key ?? this.order[0]?.key;
    for (const element of first ? drawing.elements.get(first) ?? [] : []) {
      if (element.hasAttribute("tabindex")) element.setAttribute("tabindex", "0");
    }
    this.light(this.pinned);
  }

  // What each item says, in the order of time.
  labels(): string[] {
    return this.order.map((item) => item.label);
  }

  step(by: number): void {
    const at = this.order.findIndex((item) => item.key === this.current);
    const last = this.order.length - 1;
    const next = this.order[at < 0 ? (by > 0 ? 0 : last) : Math.min(last, Math.max(0, at + by))];
    if (!next) return;
    const element = this.drawing?.elements.get(next.key)?.[0];
    element?.focus({ preventScroll: true });
    this.look(next.key);
    this.show(next.key);
  }

  // Enter: pins what is looked at, or opens a fold.
  enter(): void {
    if (this.current) this.act(this.current);
  }

  // Selects the packet that is looked at, or no more.
  select(): void {
    if (this.current?.startsWith("packet-")) this.list.toggle(Number(this.current.slice("packet-".length)));
  }

  // What was looked at has been replaced by another item.
  moveTo(key: string): void {
    this.current = key;
  }

  // The ladder had the focus before it was drawn anew.
  refocus(): void {
    const element = this.current ? this.drawing?.elements.get(this.current)?.[0] : undefined;
    element?.focus({ preventScroll: true });
  }

  release(): void {
    this.pinned = undefined;
    this.light(undefined);
    this.tell(undefined);
  }

  private act(key: string): void {
    const item = this.byKey.get(key);
    if (item?.hook === "fold") return this.unfold(item.index);
    this.pinned = this.pinned === key ? undefined : key;
    this.look(key);
  }

  private listen(root: HTMLElement): void {
    const keyOf = (event: Event) => event.target instanceof Element
      ? event.target.closest("[data-key]")?.getAttribute("data-key")?.replace(/^cross-/,
          "packet-") ?? undefined : undefined;
    root.addEventListener("pointerover", (event) => {
      const key = keyOf(event);
      if (key && this.byKey.has(key)) { this.light(key); this.tell(key); }
      else { this.light(this.pinned); this.tell(this.pinned); }
    });
    root.addEventListener("pointerleave", () => { this.light(this.pinned); this.tell(this.pinned); });
    root.addEventListener("focusin", (event) => {
      const key = keyOf(event);
      if (key && this.byKey.has(key)) this.look(key);
    });
    root.addEventListener("click", (event) => {
      const key = keyOf(event);
      if (!key || !this.byKey.has(key)) return;
      this.act(key);
      this.show(key, root === this.list.element ? "ladder" : "list");
    });
  }

  private look(key: string): void {
    if (this.current !== key) {
      for (const element of this.current ? this.drawing?.elements.get(this.current) ?? [] : []) {
        if (element.hasAttribute("tabindex")) element.setAttribute("tabindex", "-1");
      }
      const first = this.drawing?.elements.get(key)?.[0];
      first?.setAttribute("tabindex", "0");
      this.current = key;
    }
    this.light(key);
    this.tell(key);
  }

  // Brings an item into view in the ladder, the list or both.
  private show(key: string, where: "ladder" | "list" | "both" = "both"): void {
    const element = this.drawing?.elements.get(key)?.[0];
    if (element && where !== "list") {
      const box = element.getBoundingClientRect();
      const top = 90;
      if (box.top < top || box.top > innerHeight - 60) scrollBy({ top: box.top - innerHeight / 2 });
    }
    const row = key.startsWith("packet-") && where !== "ladder" ? this.list.rows[Number(key.slice(7))] : undefined;
    const scroller = row?.parentElement;
    if (!row || !scroller) return;
    const above = row.offsetTop - scroller.offsetTop;
    if (above < scroller.scrollTop || above > scroller.scrollTop + scroller.clientHeight - row.offsetHeight) {
      scroller.scrollTop = above - scroller.clientHeight / 2;
    }
  }

  private light(key: string | undefined): void {
    for (const element of this.lit) element.classList.remove("lit");
    this.lit = [];
    if (key === undefined) return;
    this.lit.push(...this.drawing?.elements.get(key) ?? []);
    if (key.startsWith("packet-")) {
      const row = this.list.rows[Number(key.slice(7))];
      if (row) this.lit.push(row);
      this.lit.push(...this.drawing?.elements.get(key.replace("packet", "cross")) ?? []);
    }
    for (const element of this.lit) element.classList.add("lit");
  }

  private tell(key: string | undefined): void {
    const item = key === undefined ? undefined : this.byKey.get(key);
    this.pane.classList.toggle("pinned", key !== undefined && key === this.pinned);
    this.pane.classList.toggle("idle", !item);
    if (item) this.pane.replaceChildren(details(this.ladder, item.key, item.label));
    else this.pane.replaceChildren(Object.assign(document.createElement("p"), {
      className: "muted", textContent: "Point at anything for its details; j k step through events, Enter pins, Esc lets go." }));
  }
}

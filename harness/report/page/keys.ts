// SPDX-License-Identifier: GPL-2.0-or-later
import { html } from "./dom";

// The keys of the page, and the list of them behind "?".

type Explanation = [keys: string, does: string];

const groups: [title: string, keys: Explanation[]][] = [
  ["Everywhere", [
    ["/", "search"],
    ["u", "to the overview"],
    ["t", "light, dark"],
    ["?", "these keys"],
  ]],
  ["Overview", [
    ["j k", "next, previous row (arrows too, from a row)"],
    ["Enter", "open its first run"],
    ["o", "unfold the row: every run, and what differs between kernels"],
    ["f", "fold or unfold all families"],
    ["Esc", "clear search and filters"],
  ]],
  ["In a run", [
    ["n p", "next, previous run of those found ( ] [ too)"],
  ]],
];

// Adds what a view's own keys do to the list.
export function explainKeys(title: string, keys: Explanation[]): void {
  const group = groups.find(([name]) => name === title);
  if (group) group[1].push(...keys);
  else groups.push([title, keys]);
}

let dialog: HTMLDialogElement | undefined;

export function showKeys(): void {
  dialog?.remove();
  const open: HTMLDialogElement = html("dialog", { class: "keys", "aria-labelledby": "keys-title" },
    html("button", { type: "button", class: "close", "aria-label": "Close", click: () => open.close() }, "Esc"),
    html("h2", { id: "keys-title" }, "Keys"),
    ...groups.flatMap(([title, keys]) => [
      html("h3", {}, title),
      html("dl", {}, ...keys.flatMap(([key, does]) => [
        html("dt", {}, ...key.split(" ").map((one) => html("kbd", {}, one))), html("dd", {}, does)]))]),
    html("h3", {}, "Marks"),
    html("p", {}, "✓ passed, or a control that is red as it should be; ✗ failed; – skipped; C crashed; T timed out; " +
      "E error; V vacuous: green although its cause was withheld."));
  dialog = open;
  document.body.append(open);
  open.showModal();
}

export type Keys = Record<string, (event: KeyboardEvent) => void>;

// Calls what `keys` has for a key, unless the reader is writing or the key is a browser's.
export function onKeys(keys: () => Keys): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || dialog?.open) return;
    const target = event.target as Element;
    const writes = target.matches("input, textarea, select, [contenteditable]");
    if (writes && event.key !== "Escape") return;
    const act = keys()[event.key];
    if (!act) return;
    event.preventDefault();
    act(event);
  });
}

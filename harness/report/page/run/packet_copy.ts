// SPDX-License-Identifier: GPL-2.0-or-later
import { html } from "../dom";

// A page that was opened as a file may not be allowed to write to the clipboard.
function copyBySelection(text: string): boolean {
  const area = html("textarea", { class: "unseen", readonly: true, tabindex: -1, "aria-hidden": "true" });
  const focused = document.activeElement;
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement || focused instanceof SVGElement) focused.focus({ preventScroll: true });
  return copied;
}

async function copy(text: string): Promise<boolean> {
  if (copyBySelection(text)) return true;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

// A button that copies a text, and says that it did. What was copied stays in data-copied.
export function copyButton(label: string, text: () => string): HTMLButtonElement {
  const button = html("button", { type: "button", class: "copy", click: async () => {
    const what = text();
    const copied = await copy(what);
    button.dataset.copied = what;
    button.textContent = copied ? "copied" : "not allowed here: select and copy";
    setTimeout(() => { button.textContent = label; }, 1500);
  } }, label);
  return button;
}

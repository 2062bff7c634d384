// SPDX-License-Identifier: GPL-2.0-or-later
// A story's source text with the lines that failed.
import { loadSource } from "../data";
import { html } from "../dom";
import { visible } from "../ladder/text";
import type { Failure } from "../model";

// Raw strings are the scripts in notation; whole-line comments are the story's own words.
function lineOf(text: string, number: number, failed: Failure | undefined): HTMLElement {
  const isComment = /^\s*\/\//.test(text);
  return html("li", { class: [failed ? "failed" : "", isComment ? "comment" : ""].filter(Boolean).join(" ") || undefined,
                      "data-line": number, value: number, "aria-label": failed ? `line ${number}, failed` : undefined },
    html("span", { class: "number", "aria-hidden": "true" }, String(number)),
    html("code", {}, visible(text) || " "));
}

// The file with the block of `line` in view, and the block's comment above it.
async function fill(view: HTMLElement, file: string, line: number, failures: Failure[]): Promise<void> {
  const text = await loadSource(file);
  if (text === undefined) {
    view.replaceChildren(html("p", { class: "muted" }, "Its text was not kept."));
    return;
  }
  const lines = text.replace(/\n$/, "").split("\n");
  const rows = lines.map((one, i) => lineOf(one, i + 1, failures.find((failure) => failure.line === i + 1)));
  const list = html("ol", { class: "source-lines", tabindex: 0, role: "list", "aria-label": file }, ...rows);
  view.replaceChildren(list);
  let first = Math.min(Math.max(0, line - 1), rows.length - 1);
  while (first > 0 && /^\s*\/\//.test(lines[first - 1])) --first;
  const target = rows[first];
  // A block near the beginning is seen with what the file says before it.
  if (target && target.offsetTop > 0.4 * list.clientHeight) list.scrollTop = target.offsetTop - 24;
}

export function sourceView(file: string, line: number, failures: Failure[]): HTMLElement {
  const view = html("div", { class: "source-text" });
  const section = html("section", { class: "source", "data-source": file },
    html("h2", {}, "Source ", html("span", { class: "mono muted" }, `${visible(file)}${line ? `:${line}` : ""}`)),
        view);
  void fill(view, file, line, failures.filter((failure) => failure.file === file));
  return section;
}

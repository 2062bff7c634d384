// SPDX-License-Identifier: GPL-2.0-or-later
import { columnNames, emptyQuery, isEmpty, type Query } from "../address";
import { html } from "../dom";
import { count, many } from "../format";
import type { Report } from "../model";
import { ipsOf, type Family } from "./stories";
import { statuses, statusOf } from "../status";

type List = "verdict" | "kernel" | "ip" | "only";

// The search box and the filters above the table. `change` hears of each change by the reader;
// `typing` says that more of the same may follow at once.
export class Filters {
  readonly element: HTMLElement;
  private readonly box: HTMLInputElement;
  private readonly family: HTMLSelectElement;
  private readonly chips: { list: List; value: string; button: HTMLButtonElement }[] = [];
  private readonly result = html("span", { role: "status", id: "found" });
  private readonly clear: HTMLButtonElement;
  private query = emptyQuery();

  constructor(report: Report, families: Family[],
              private readonly change: (query: Query, typing: boolean) => void) {
    this.box = html("input", {
      type: "search", id: "search", placeholder: "Search", "aria-label": "Search", autocomplete: "off",
      spellcheck: "false", "aria-keyshortcuts": "/",
      title: "names, sentences, sources, files, reasons; every word is to be found ( / )",
      input: () => this.change({ ...this.query, q: this.box.value }, true) });
    this.family = html("select", {
      "aria-label": "Family", change: () => this.change({ ...this.query, family: this.family.value }, false) },
      html("option", { value: "" }, "all families"),
      ...families.map(({ name }) => name).sort().map((name) => html("option", { value: name }, name)));
    this.clear = html("button", { type: "button", click: () => this.reset() }, "Clear");

    const verdicts = statuses
      .map((status) => ({ value: status.id, text: status.word, tone: status.tone,
                          count: report.runs.filter((run) => statusOf(run) === status).length }))
      .filter((chip) => chip.count > 0);
    const names = columnNames(report);
    const stories = families.flatMap((family) => family.stories);
    const differing = stories.filter((story) => story.differences.length > 0).length;
    const outdated = stories.filter((story) => story.story.outdated).length;
    this.element = html("form", { role: "search", class: "filters screen-only",
                                  submit: (event) => event.preventDefault() },
      this.box, this.family,
      this.group("verdict", "Verdict", verdicts),
      names.length > 1 && this.group("kernel", "Kernel", names.map((name) => ({ value: name, text: name }))),
      this.group("ip", "IP version", ipsOf(report).map((ip) => ({ value: ip, text: ip }))),
      this.group("only", "Only stories", [
        { value: "differs", text: "kernels differ", count: differing },
        { value: "outdated", text: "outdated lore", count: outdated },
      ].filter((chip) => chip.count > 0)),
      this.clear, this.result);
  }

  // Shows `query`, and of how many runs of how many stories it is true.
  show(query: Query, stories: number, runs: number): void {
    this.query = query;
    if (this.box.value !== query.q && document.activeElement !== this.box) this.box.value = query.q;
    this.family.value = query.family;
    for (const { list, value, button } of this.chips) {
      button.setAttribute("aria-pressed", String(query[list].includes(value)));
    }
    this.clear.hidden = isEmpty(query);
    const text = `${many(stories, "story", "stories")}, ${many(runs, "run", "runs")}`;
    if (this.result.textContent !== text) this.result.textContent = text;
  }

  focus(): void {
    this.box.focus();
    this.box.select();
  }

  reset(): void {
    this.box.value = "";
    this.change(emptyQuery(), false);
  }

  private group(list: List, label: string,
                chips: { value: string; text: string; count?: number; tone?: string }[]): HTMLElement | undefined {
    if (chips.length === 0) return undefined;
    return html("div", { role: "group", "aria-label": label, class: "chips" }, ...chips.map((chip) => {
      const button = html("button", {
        type: "button", class: chip.tone, "aria-pressed": "false", "data-filter": `${list}=${chip.value}`,
        click: () => this.toggle(list, chip.value) },
        chip.text, chip.count !== undefined && html("span", { class: "count" }, count(chip.count)));
      this.chips.push({ list, value: chip.value, button });
      return button;
    }));
  }

  private toggle(list: List, value: string): void {
    const values = this.query[list];
    this.change({ ...this.query,
                  [list]: values.includes(value) ? values.filter((v) => v !== value) : [...values, value] }, false);
  }
}

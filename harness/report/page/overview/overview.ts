// SPDX-License-Identifier: GPL-2.0-or-later
import "./overview.css";
import { columnNames, type Query } from "../address";
import { html } from "../dom";
import { failures } from "./failures";
import { Filters } from "./filters";
import { count, many } from "../format";
import type { Report } from "../model";
import { neighboursOf, type Neighbours } from "../run/run_bar";
import { Search } from "./search";
import { familiesOf, ipsOf, storiesOf, type Family, type StoryRuns } from "./stories";
import { skips } from "./skips";
import { storyRow, type RowContext } from "./story_row";
import { storyRuns } from "./story_runs";
import { statusOf } from "../status";
import { summary } from "./summary";

interface Row {
  story: StoryRuns;
  element: HTMLTableRowElement;
  unfolded?: HTMLTableRowElement;
}

// All stories of a report by family, with what was looked for hidden or shown.
export class Overview {
  readonly element: HTMLElement;
  readonly filters: Filters;
  private readonly context: RowContext;
  private readonly families: { body: HTMLElement; rows: Row[]; fold(folded: boolean): void }[] = [];
  private readonly rows = new Map<Element, Row>();
  private readonly search: Search;
  private readonly width: number;
  private readonly nothing = html("p", { class: "muted nothing", hidden: true }, "No run is like that.");
  private readonly stories: StoryRuns[]; // by their indices in the report
  private inOrder: number[] = [];
  private readonly positions = new Map<number, number>();

  constructor(private readonly report: Report, href: (run: number) => string,
              change: (query: Query, typing: boolean) => void) {
    const stories = storiesOf(report);
    const families = familiesOf(report, stories);
    this.stories = stories;
    this.context = { report, href, ips: ipsOf(report), columns: columnNames(report),
                     withControls: stories.some((story) => story.controls.length > 0) };
    this.width = 1 + report.columns.length * (this.context.ips.length + 1) + Number(this.context.withControls);
    for (const run of families.flatMap((family) => family.stories.flatMap((story) => story.runs))) {
      this.positions.set(run, this.positions.size);
    }
    this.search = new Search(report, stories);
    this.filters = new Filters(report, families, change);
    const table = html("table", { class: "stories" },
      html("caption", { class: "unseen" }, "Stories by family: how each ended on each kernel"), this.head(),
      ...families.map((family) => this.family(family)));
    this.element = html("main", { id: "overview" },
      summary(report),
      failures(this.context, stories),
      skips(this.context, stories),
      html("section", { "aria-labelledby": "stories-title" },
        html("h2", { id: "stories-title" }, "Stories"),
        html("button", { type: "button", class: "fold-all screen-only", "aria-keyshortcuts": "f",
                         click: () => this.foldFamilies() }, "fold families"),
        this.filters.element,
        html("div", { class: report.columns.length > 4 ? "scrolls" : "" }, table), this.nothing));
  }

  // Shows what `query` means and hides all else.
  apply(query: Query): void {
    const wanted = this.search.find(query);
    const all = wanted.size === this.report.runs.length;
    let stories = 0;
    this.inOrder = [];
    for (const { body, rows } of this.families) {
      let any = false;
      for (const row of rows) {
        const found = row.story.runs.filter((run) => wanted.has(run));
        row.element.hidden = found.length === 0;
        if (row.unfolded) row.unfolded.hidden = row.element.hidden || !this.isUnfolded(row);
        if (found.length === 0) continue;
        any = true;
        ++stories;
        // Of the controls that are as they should be only who asks for them wants to know.
        this.inOrder.push(...found.filter((run) =>
          query.verdict.length > 0 || statusOf(this.report.runs[run]).id !== "red"));
        for (const mark of row.element.querySelectorAll<HTMLElement>(".mark")) {
          const of = row.story.cells.get(mark.dataset.cell!) ?? row.story.controls;
          mark.classList.toggle("unwanted", !all && !of.some((run) => wanted.has(run)));
        }
      }
      body.hidden = !any;
      // What was found is seen, folded family or not.
      body.classList.toggle("searched", !all);
    }
    this.nothing.hidden = stories > 0;
    this.filters.show(query, stories, wanted.size);
  }

  // The runs before and after a run among those found, as their rows stand.
  neighbours(run: number): Neighbours {
    return neighboursOf(run, this.inOrder, (other) => this.positions.get(other)!);
  }

  // Each run of a run's story, by kernel.
  siblings(run: number): readonly number[] {
    return this.stories[this.report.runs[run].story].runs;
  }

  // Moves the focus to the next or previous row.
  step(by: 1 | -1): void {
    const names = [...this.element.querySelectorAll<HTMLElement>("a.name")]
      .filter((name) => name.checkVisibility());
    const at = names.indexOf(this.nameOf(document.activeElement) ?? document.body);
    const next = names[at < 0 ? (by > 0 ? 0 : names.length - 1) : at + by];
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
  }

  // Unfolds the row that has the focus, or folds it; false if none has.
  fold(open?: boolean): boolean {
    const row = document.activeElement && this.rows.get(document.activeElement.closest("tr.story") ?? document.body);
    if (row) this.unfold(row, open);
    return row !== null && row !== undefined;
  }

  // Folds all families, or unfolds them if all are.
  foldFamilies(): void {
    const folded = this.families.some(({ body }) => !body.classList.contains("folded"));
    for (const { fold } of this.families) fold(folded);
  }

  private nameOf(element: Element | null): HTMLElement | undefined {
    return element?.closest("tr.story, li")?.querySelector<HTMLElement>("a.name") ?? undefined;
  }

  private head(): HTMLElement {
    const { ips, columns, withControls } = this.context;
    const cell = (column: number) => {
      const { venue, profile } = this.report.columns[column];
      return html("th", { scope: "colgroup", colspan: ips.length + 1, class: "kernel first" }, columns[column],
        html("span", { class: "muted" }, `${venue === "guest" ? "guest, " : ""}${profile}`));
    };
    return html("thead", {},
      html("tr", {}, html("th", { scope: "col", rowspan: 2 }, "Story"), ...columns.map((_, column) => cell(column)),
        withControls && html("th", { scope: "col", rowspan: 2, class: "first",
                                     title: "each cause withheld in turn: the story must go red" }, "Controls")),
      html("tr", {}, ...columns.flatMap((_, column) => [
        ...ips.map((ip, i) => html("th", { scope: "col", class: i === 0 ? "ip first" : "ip" }, ip.replace("IP", ""))),
        this.report.columns[column].venue === "guest"
          ? html("th", { scope: "col", class: "number virtual", title: "seconds of the guest's clock" }, "virtual s")
          : html("th", { scope: "col", class: "number", title: "seconds of real time" }, "s")])));
  }

  private family(family: Family): HTMLElement {
    const rows = family.stories.map((story) => this.row(story));
    const runs = family.stories.flatMap((story) => story.runs);
    const { columns, ips, withControls } = this.context;
    const button = html("button", { type: "button", class: "fold", "aria-expanded": "true",
                                    click: () => fold(!body.classList.contains("folded")) },
                        family.name || "no family");
    const fold = (folded: boolean) => {
      body.classList.toggle("folded", folded);
      button.setAttribute("aria-expanded", String(!folded));
    };
    const head = html("tr", { class: "family" },
      html("th", { scope: "rowgroup" }, button,
        html("span", { class: "muted" }, many(rows.length, "story", "stories"))),
      ...columns.map((_, column) =>
        this.sum(runs.filter((run) => this.report.runs[run].column === column &&
                                      this.report.runs[run].control === undefined), ips.length + 1)),
      withControls && this.sum(runs.filter((run) => this.report.runs[run].control !== undefined), 1));
    const body: HTMLElement = html("tbody", { "data-family": family.name }, head, ...rows.map((row) => row.element));
    this.families.push({ body, rows, fold });
    return body;
  }

  // How a family fared on one kernel.
  private sum(runs: number[], width: number): HTMLElement {
    const bad = runs.filter((run) => !this.report.runs[run].as_expected).length;
    const skipped = runs.filter((run) => this.report.runs[run].verdict === "skipped").length;
    return html("td", { colspan: width, class: "first sum" },
      runs.length > 0 && html("span", { class: "good" }, `✓ ${count(runs.length - bad - skipped)}`),
      bad > 0 && html("span", { class: "bad" }, ` ✗ ${count(bad)}`),
      skipped > 0 && html("span", { class: "skip" }, ` – ${count(skipped)}`));
  }

  private row(story: StoryRuns): Row {
    const row: Row = { story, element: storyRow(this.context, story, () => this.unfold(row)) };
    this.rows.set(row.element, row);
    return row;
  }

  private isUnfolded(row: Row): boolean {
    return row.element.classList.contains("open");
  }

  private unfold(row: Row, open = !this.isUnfolded(row)): void {
    if (open && !row.unfolded) {
      row.unfolded = storyRuns(this.context, row.story, this.width);
      row.element.after(row.unfolded);
    }
    if (row.unfolded) row.unfolded.hidden = !open;
    row.element.classList.toggle("open", open);
    row.element.querySelector(".twist")!.setAttribute("aria-expanded", String(open));
  }
}

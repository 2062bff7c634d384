// SPDX-License-Identifier: GPL-2.0-or-later
import "./page.css";
import { Addresses, columnNames, emptyQuery, formatPlace, isEmpty, parsePlace, type Query } from "./address";
import { loadDetails, loadReport } from "./data";
import { html } from "./dom";
import { onKeys, showKeys, type Keys } from "./keys";
import type { Report } from "./model";
import { Overview } from "./overview/overview";
import { unfoldForPrint } from "./print";
import { runBar } from "./run/run_bar";
import { scenario } from "./run/scenario";
import { toggleTheme } from "./theme";

// What the page shows is told by its address: see address.ts.
class Page {
  private readonly addresses: Addresses;
  private readonly overview: Overview;
  private readonly columns: string[];
  private readonly bar = html("div", { id: "bar" });
  private readonly places = new Map<string, { scroll: number; focus?: HTMLElement }>();
  private query: Query = emptyQuery();
  private shown = ""; // the place's key in `places`
  private run?: number; // none: the overview
  private moves = 0;

  constructor(private readonly report: Report) {
    this.addresses = new Addresses(report);
    this.columns = columnNames(report);
    this.overview = new Overview(report, (run) => this.href(run), (query, typing) => this.look(query, typing));
    history.scrollRestoration = "manual";
    document.querySelector("main")!.before(
      html("div", { class: "tools screen-only" },
        html("button", { type: "button", "aria-keyshortcuts": "?", click: showKeys }, "? keys"),
        html("button", { type: "button", "aria-keyshortcuts": "t", click: toggleTheme }, "light / dark")),
      this.bar);
    window.addEventListener("hashchange", () => void this.route());
    onKeys(() => this.keys());
    unfoldForPrint();
  }

  // Shows what the address says.
  async route(): Promise<void> {
    const move = ++this.moves;
    const place = parsePlace(location.hash);
    const run = place.run === undefined ? undefined : this.addresses.find(place.run);
    let problem = place.run === undefined || run !== undefined ? "" : `This report has no run ${place.run}.`;
    const details = run === undefined ? undefined
      : await loadDetails(this.report.runs[run].story, run).catch((error: unknown) => {
        problem = `What the page holds of ${place.run} cannot be read: ${String(error)}`;
        return undefined;
      });
    if (move !== this.moves) return; // the reader was faster
    this.leave();
    // A run is looked at among those that were found last.
    if (run === undefined || !isEmpty(place.query)) this.query = place.query;
    this.overview.apply(this.query);
    this.run = details && run;
    if (details && run !== undefined) {
      this.bar.replaceChildren(runBar(this.report, this.columns, run, this.overview.siblings(run),
                                       this.query, this.overview.neighbours(run), (i) => this.href(i)));
      this.enter(`run ${run}`, scenario(this.report, run, details), this.addresses.of(run));
    } else {
      this.bar.replaceChildren(...(problem ? [html("p", { role: "alert", class: "warn" }, problem)] : []));
      this.enter("overview", this.overview.element, "report");
    }
    document.documentElement.dataset.shown = location.hash; // tests wait for it
  }

  // Remembers where the reader was.
  private leave(): void {
    const focus = document.activeElement;
    const inMain = focus instanceof HTMLElement && document.querySelector("main")!.contains(focus);
    if (this.shown) this.places.set(this.shown, { scroll: scrollY, focus: inMain ? focus : undefined });
  }

  private enter(name: string, content: HTMLElement, title: string): void {
    document.title = `halfopen: ${title}`;
    const same = name === this.shown;
    const first = this.shown === "";
    this.shown = name;
    if (same && content.isConnected) return;
    document.querySelector("main")!.replaceWith(content);
    if (first) return; // the reader begins where every page begins
    const before = this.places.get(name);
    const focus = before?.focus?.isConnected ? before.focus : content.querySelector("h1");
    if (focus?.matches("h1")) focus.setAttribute("tabindex", "-1");
    focus?.focus({ preventScroll: true });
    scrollTo(0, before?.scroll ?? 0);
  }

  private href(run: number): string {
    return `#run=${formatPlace({ run: this.addresses.of(run), query: emptyQuery() }).slice("#run=".length)}`;
  }

  // Looks for other runs. Each filter is a step that "back" undoes; a word is one, not each letter.
  private look(query: Query, typing: boolean): void {
    const address = formatPlace({ query });
    if (typing && !isEmpty(this.query)) location.replace(address);
    else location.hash = address;
  }

  private keys(): Keys {
    const neighbour = (which: "next" | "previous") => () => {
      const run = this.overview.neighbours(this.run!)[which];
      if (run !== undefined) location.hash = this.href(run);
    };
    const toOverview = () => { location.hash = formatPlace({ query: this.query }); };
    const everywhere: Keys = { "?": showKeys, t: toggleTheme };
    if (this.run !== undefined) {
      return { ...everywhere, u: toOverview, n: neighbour("next"), "]": neighbour("next"),
               p: neighbour("previous"), "[": neighbour("previous"),
               "/": () => {
                 toOverview();
                 const focus = () => setTimeout(() => this.overview.filters.focus());
                 window.addEventListener("hashchange", focus, { once: true });
               } };
    }
    const keys: Keys = { ...everywhere, "/": () => this.overview.filters.focus(),
                         j: () => this.overview.step(1), k: () => this.overview.step(-1),
                         o: () => void this.overview.fold(), f: () => this.overview.foldFamilies(),
                         Escape: () => {
                           this.overview.filters.reset();
                           (document.activeElement as HTMLElement).blur();
                         } };
    // A page without a focused row scrolls by its arrows.
    if (document.activeElement?.matches("a.name")) {
      keys.ArrowDown = keys.j;
      keys.ArrowUp = keys.k;
      keys.ArrowRight = () => void this.overview.fold(true);
      keys.ArrowLeft = () => void this.overview.fold(false);
    }
    return keys;
  }
}

async function start(): Promise<void> {
  await new Page(await loadReport()).route();
  performance.mark("ready");
  document.documentElement.dataset.ready = "true";
}

start().catch((error: unknown) =>
  document.querySelector("main")!.replaceWith(html("main", {}, `This report cannot be shown: ${String(error)}`)));

// SPDX-License-Identifier: GPL-2.0-or-later
// One run of a scenario: its ladder, its packets, what failed, its source.
import "../ladder/ladder.css";
import { html } from "../dom";
import { explainKeys, onKeys, type Keys } from "../keys";
import { LadderFocus } from "../ladder/focus";
import { layOut, plan } from "../ladder/layout";
import { visible, type Measure } from "../ladder/text";
import { drawLadder } from "../ladder/view";
import type { Ladder, Report, Run, RunDetails } from "../model";
import { copyButton } from "./packet_copy";
import { packetList } from "./packet_list";
import { sourceView } from "./source_view";

const kSide = 404; // px: the list beside the ladder, with the space between them
let keysOfRun: Keys | undefined;
let context: CanvasRenderingContext2D | null | undefined;

// Texts of the ladder have one font, which ladder.css sets too.
const widths = new Map<string, number>();
const measure: Measure = (text) => {
  let width = widths.get(text);
  if (width === undefined) {
    if (context === undefined) {
      context = document.createElement("canvas").getContext("2d");
      if (context) context.font = `10.5px ${getComputedStyle(document.documentElement).getPropertyValue("--mono") || "monospace"}`;
    }
    width = context ? context.measureText(text).width : 6.4 * text.length;
    if (widths.size > 20000) widths.clear();
    widths.set(text, width);
  }
  return width;
};

function ladderSection(ladder: Ladder): HTMLElement {
  const list = packetList(ladder);
  const pane = html("div", { class: "details", role: "region", "aria-label": "details" });
  const place = html("div", { class: "ladder-place" });
  const element = html("section", { class: "run", "aria-label": "ladder" }, place,
    html("div", { class: "beside" }, list.element, pane));
  const unfolded = new Set<string>();
  let drawn = -1;
  let layout: ReturnType<typeof layOut>;
  const focus = new LadderFocus(ladder, list, pane, (index) => {
    const { key, calls, outputs } = layout.folds[index];
    unfolded.add(key);
    focus.moveTo(calls.length ? `call-${calls[0]}` : `output-${outputs[0]}`);
    draw(true);
  });

  function draw(again = false): void {
    const body = getComputedStyle(document.body);
    const room = (element.isConnected ? element.clientWidth : 0) ||
      document.body.clientWidth - parseFloat(body.paddingLeft) - parseFloat(body.paddingRight);
    if (room === drawn && !again) return;
    drawn = room;
    element.dataset.width = String(room); // tests wait for it
    const { least } = plan(ladder, unfolded, measure);
    const below = room - kSide < least;
    element.classList.toggle("below", below);
    element.classList.toggle("narrow", room < least);
    layout = layOut(ladder, below ? Math.max(room, least) : room - kSide, unfolded, measure);
    const drawing = drawLadder(layout, ladder.lifelines);
    const folds = layout.folds.length > 0 && html("button",
        { type: "button", class: "unfold screen-only", click: () => {
      for (const fold of layout.folds) unfolded.add(fold.key);
      draw(true);
    } }, `unfold all calls`);
    const unfolds = unfolded.size > 0 && html("button", { type: "button", class: "unfold screen-only",
        click: () => { unfolded.clear(); draw(true); } }, "fold");
    const focused = place.contains(document.activeElement);
    place.replaceChildren(drawing.element, html("div", { class: "ladder-tools" }, folds, unfolds, legend()));
    focus.attach(layout.items, drawing);
    if (focused) focus.refocus();
  }

  // Paper has no pointer: all that hovering tells stands below as a list.
  const printed = html("ol", { class: "events" });
  const beforePrint = (): void => {
    if (!element.isConnected) {
      window.removeEventListener("beforeprint", beforePrint);
      return;
    }
    printed.replaceChildren(...focus.labels().map((label) => html("li", {}, label)));
    element.append(printed);
  };
  window.addEventListener("beforeprint", beforePrint);
  window.addEventListener("afterprint", () => printed.remove());

  draw();
  new ResizeObserver(() => { if (element.isConnected) draw(); }).observe(element);
  keysOfRun = {
    j: () => focus.step(1), ArrowDown: () => focus.step(1), k: () => focus.step(-1), ArrowUp: () => focus.step(-1),
    Escape: () => focus.release(), x: () => focus.select(),
        e: () => { for (const fold of layout.folds) unfolded.add(fold.key); draw(true); },
  };
  // A button or a link has its own use for Enter.
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    if (!(event.target instanceof Element) || !event.target.closest("[data-key]") || event.target.matches("input, button, a")) return;
    event.preventDefault();
    focus.enter();
  });
  return element;
}

function legend(): HTMLElement {
  return html("details", { class: "legend screen-only" }, html("summary", {}, "marks"), html("ul", {}, ...[
    "A state's name on solid ground: socket diagnostics saw it. On light ground: it follows from segments and calls (RFC 9293 3.3.2).",
    "A line beside the states is a running timer: it ends in an arrowhead if it fired, in a bar if it was stopped.",
    "A bar beside a host is a system call for as long as it took: red if it failed, dashed if it never returned.",
    "A cross ends a packet: at the host whose rule dropped it, in its words; midway if it never arrived and no rule was hit.",
    "Hatching: a fault is in force on that host. A dotted line across: a cause, or what this kernel does differently.",
    "○ what ss read of a socket, ◆ how counters had grown, ✓ a time that was judged and as expected.",
    "Time runs down, each event a row of its own; where the lifelines are torn, nothing happened for as long as the margin says.",
  ].map((text) => html("li", {}, text))));
}

function failuresOf(details: RunDetails): HTMLElement | false {
  return details.failures.length > 0 && html("section", { class: "failures", "aria-label": "failures" },
    ...details.failures.map((failure, i) => html("div", { class: "failure", "data-failure": i },
      html("p", { class: "place mono" }, failure.file ? `${visible(failure.file)}:${failure.line}` : "no place is known"),
      ...messageOf(failure.message))));
}

// Of a wire that differs its summary and the lines that are marked; the whole of it can be opened.
function messageOf(message: string): HTMLElement[] {
  const lines = message.split("\n").map(visible);
  const whole = html("pre", {}, lines.join("\n"));
  if (lines.length <= 6) return [whole];
  const marked = lines.slice(1).filter((line) => /^ [-+!] /.test(line));
  const short = [lines[0], ...marked.slice(0, 8), ...(marked.length > 8 ? [`    ${marked.length - 8} more`] : [])];
  return [html("pre", {}, short.join("\n")),
          html("details", {}, html("summary", {}, `the whole message, ${lines.length} lines`), whole)];
}

// A name in the run's folder, as an address beside the page.
function beside(folder: string, file = ""): string {
  return [...folder.split("/"), file].map(encodeURIComponent).join("/");
}

function evidenceOf(run: Run, details: RunDetails): HTMLElement {
  return html("dl", { class: "evidence" },
    html("dt", {}, "again"), html("dd", {}, html("code", { class: "again" }, visible(run.again)), " ",
        copyButton("copy", () => run.again)),
    html("dt", {}, "evidence"),
    html("dd", {}, run.folder === undefined ? "none was kept"
      : html("span", {}, html("a", { href: beside(run.folder) }, visible(run.folder)),
          ...details.captures.flatMap((name) => [" ", html("a",
              { href: beside(run.folder!, name), "data-capture": name }, visible(name))]))));
}

let registered = false;
function registerKeys(): void {
  if (registered) return;
  registered = true;
  onKeys(() => document.getElementById("scenario") ? keysOfRun ?? {} : {});
  explainKeys("In a run", [["j k", "next, previous event (arrows too)"], ["Enter", "pin its details, or unfold"],
                           ["x", "select the packet, to be copied"], ["e", "unfold all calls"], ["Esc", "let go"]]);
}

export function scenario(report: Report, index: number, details: RunDetails): HTMLElement {
  registerKeys();
  keysOfRun = undefined;
  const run = report.runs[index];
  const story = report.stories[run.story];
  const column = report.columns[run.column];
  const { ladder } = details;
  const nothing = ladder.packets.length + ladder.calls.length + ladder.outputs.length === 0;
  const dot = story.name.indexOf(".");
  return html("main", { id: "scenario", "data-run": index, "data-verdict": run.verdict },
    html("header", { class: "run-head" },
      html("h1", {}, html("span", { class: "suite" }, visible(story.name.slice(0, dot + 1))),
          visible(story.name.slice(dot + 1))),
      html("p", { class: "run-facts" },
        html("strong", { class: `verdict ${run.as_expected ? "good" : "bad"}` },
            run.control === undefined ? run.verdict.replace("_", " ") : `control: ${run.verdict.replace("_", " ")}`),
        ` ${run.ip}, kernel ${visible(column.kernel)}${column.venue === "guest" ? ", in virtual time" : ""}, ${column.profile === "default" ? "the kernel's own timers" : "shortened timers"}, ${run.seconds.toFixed(1)} s`,
        run.control ? `, without the cause "${visible(run.control)}"` : "",
            run.vacuous ? "; it stayed green: vacuous" : ""),
      story.says !== undefined && html("p", { class: "sentence" }, visible(story.says)),
      story.source !== undefined && html("p", { class: "muted" }, visible(story.source)),
      run.reason !== undefined && run.reason !== "" && details.failures.length === 0 && html("p",
          { class: "reason" }, visible(run.reason)),
      ...(run.deviations ?? []).map((text) => html("p", { class: "warn" }, `This kernel differs: ${visible(text)}`))),
    failuresOf(details),
    ladder.problem !== undefined && html("p", { class: "warn problem", role: "alert" },
        `The timeline cannot be used: ${visible(ladder.problem)}`),
    nothing ? ladder.problem === undefined && html("p", { class: "muted" },
        "The timeline tells of no packet and no call.") : ladderSection(ladder),
    evidenceOf(run, details),
    story.file ? sourceView(story.file, story.line, details.failures) : false,
    ...[...new Set(details.failures.map((failure) => failure.file))].filter((file) => file && file !== story.file)
      .map((file) => sourceView(file, details.failures.find((failure) => failure.file === file)!.line,
          details.failures)),
    details.output !== undefined && details.output !== "" && html("section", { class: "output" },
      html("h2", {}, "Output of the scenario's process"), html("pre", { tabindex: 0 },
          details.output.split("\n").map(visible).join("\n"))));
}

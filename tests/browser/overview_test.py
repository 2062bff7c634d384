# SPDX-License-Identifier: GPL-2.0-or-later
"""The overview says what results.json says."""
import re
import unittest

import evidence
from page import PageTest, results


def worst_first(runs):
    order = ["crashed", "failed", "timed_out", "error", "skipped", "passed"]
    return min(runs, key=lambda run: order.index(run["verdict"]))


def cells(scenarios):
    """The runs of each mark: a story on a kernel over an IP version; without controls."""
    by_cell = {}
    for run in scenarios:
        if run["control"] is None:
            by_cell.setdefault((run["name"], run["kernel"], run["ip"]), []).append(run)
    return by_cell


class CountsTest(PageTest):
    def hold(self, folder):
        page = self.open(folder)
        scenarios = results(folder)["scenarios"]
        self.assertEqual(page.count("tr.story"), len({run["name"] for run in scenarios}))
        self.assertEqual(page.count("tbody[data-family]"), len({run["family"] for run in scenarios}))
        by_cell = cells(scenarios)
        marks = page.script(
            "return [...document.querySelectorAll('.mark:not([data-cell=controls])')]"
            ".map((m) => [m.closest('tr').dataset.story, m.className, m.textContent])")
        self.assertEqual(len(marks), len(by_cell))
        for verdict in {run["verdict"] for run in scenarios}:
            expected = sum(worst_first(runs)["verdict"] == verdict for runs in by_cell.values())
            self.assertEqual(sum(f" {verdict}" in mark[1] for mark in marks), expected, verdict)
        # Each mark is a sign too, not a colour alone.
        self.assertTrue(all(mark[2] for mark in marks))
        controls = {run["name"] for run in scenarios if run["control"] is not None}
        self.assertEqual(page.count(".mark[data-cell=controls]"), len(controls))
        return page, scenarios

    def test_real_runs(self):
        page, scenarios = self.hold(evidence.real())
        passed = sum(run["verdict"] == "passed" and run["control"] is None for run in scenarios)
        controls = sum(run["control"] is not None for run in scenarios)
        self.assertEqual(page.one("h1").text, "All as expected")
        tally = page.one(".tally").text
        self.assertIn(f"{passed} passed", tally)
        self.assertIn(f"{controls} of {controls} controls red", tally)
        self.assertEqual(page.count("#failures"), 0)
        self.assertIn(f"{len(scenarios)} runs", page.one("#found").text)

    def test_failures_come_first_with_the_line_that_matters(self):
        page, scenarios = self.hold(evidence.bad())
        self.assertEqual(page.one("h1").get_attribute("class"), "bad")
        vacuous = sum(bool(run.get("vacuous")) for run in scenarios)
        self.assertIn(f"{vacuous} vacuous", page.one(".tally").text)
        lines = page.texts("#failures li")
        self.assertIn("expected equality of 1 + 1 (2) and 3", "\n".join(lines))
        self.assertIn("killed by SIGSEGV", "\n".join(lines))
        self.assertTrue(page.script(
            "return document.querySelector('#failures').compareDocumentPosition("
            "document.querySelector('.stories')) & Node.DOCUMENT_POSITION_FOLLOWING"))
        skipped = page.one("#skips")
        self.assertEqual(skipped.get_attribute("open"), None)
        self.assertIn("modprobe", skipped.get_attribute("textContent"))

    def test_one_reason_for_many_stories_is_one_line(self):
        page, _ = self.hold(evidence.lost())
        self.assertIn("the guest died", page.one(".summary").text)
        self.assertIn("0.1 : 1", page.one(".wheres").text)
        self.assertEqual(len(page.all("#failures > ul > li")), 1)
        self.assertIn("8 runs of 8 stories", page.one("#failures").text)
        # Keys pass by what is folded.
        page.keys("j")
        self.assertEqual(page.script("return document.activeElement.closest('tr').dataset.story"), "Suite.Story0")
        page.one("#failures summary").click()
        page.keys("j")
        self.assertIsNotNone(page.script("return document.activeElement.closest('#failures')"))
        self.assertEqual(page.count("#failures details a.name", visible=True), 8)

    def test_three_kernels(self):
        page, scenarios = self.hold(evidence.kernels())
        heads = page.texts(".stories thead tr:first-child th")
        for kernel in evidence.KERNELS:
            self.assertEqual(sum(kernel in head for head in heads), 1, heads)
        # Three guests of 7300 s in 22.5 s.
        self.assertIn("21,900.0 s virtual, 973 : 1", page.one(".facts").text)
        self.assertEqual(page.all(".wheres tr")[1].text,
                         "linux-b 6.1.0 guest default timers 28 runs 2 not as expected 7,300.0 s virtual in 7.3 s 1,000 : 1")
        self.assertIn("7,200.5", page.one("tr[data-story='Suite1.Story7'] .virtual").text)
        # The worst of three runs leads, and it is told that it is one of three.
        mark = page.one("tr[data-story='Suite1.Story5'] .mark.timed_out")
        self.assertEqual(mark.text, "T1/3")
        self.assertIn("IPv6 on linux-c, run 2", mark.get_attribute("aria-label"))
        controls = page.one("tr[data-story='Suite0.Story0'] .mark[data-cell=controls]")
        self.assertEqual(controls.text, "V1/2")

    def test_differences_between_kernels(self):
        page = self.open(evidence.kernels())
        differing = {f"Suite{n // 4}.Story{n}" for n in (3, 4, 5, 8)}
        told = page.script("return [...document.querySelectorAll('.differs')].map((b) => [b.closest('tr').dataset.story, b.title])")
        self.assertEqual({story for story, _ in told}, differing)
        titles = dict(told)
        self.assertIn("linux-b: failed (it is broken on b)", titles["Suite0.Story3"])
        self.assertEqual(titles["Suite2.Story8"], "linux-c: c does it another way")
        page.one("tr[data-story='Suite2.Story8'] .differs").click()
        self.assertIn("c does it another way", page.one(".unfolded").text)
        page.go("only=differs")
        self.assertEqual(set(page.script("return [...document.querySelectorAll('tr.story:not([hidden])')].map((r) => r.dataset.story)")), differing)

    def test_every_run_is_reachable(self):
        folder = evidence.kernels()
        page = self.open(folder)
        for twist in page.all(".twist"):
            twist.click()
        linked = page.script("return [...new Set([...document.querySelectorAll('.unfolded tr[data-run] a')].map((a) => a.hash))].length")
        self.assertEqual(linked, len(results(folder)["scenarios"]))


class LookTest(PageTest):
    def test_no_sideways_scroll(self):
        for folder in (evidence.real(), evidence.bad(), evidence.kernels()):
            for width in (1280, 800):
                page = self.open(folder, width=width)
                self.assertFalse(page.scrolls_sideways(), f"{folder} at {width}")

    def test_pictures(self):
        for dark in (False, True):
            for name, folder in (("green", evidence.real()), ("failures", evidence.bad()),
                                 ("kernels", evidence.kernels())):
                page = self.open(folder, dark=dark)
                page.screenshot(f"overview-{name}-{'dark' if dark else 'light'}")

    def test_text_stands_out_in_both_themes(self):
        for dark in (False, True):
            page = self.open(evidence.kernels(), dark=dark)
            colours = page.script(CONTRAST)
            self.assertGreater(len(colours), 15)
            for name, contrast in colours.items():
                self.assertGreaterEqual(contrast, 4.5, f"{name}, {'dark' if dark else 'light'}")

    def test_theme_is_the_readers(self):
        page = self.open(evidence.kernels())
        paper = "return getComputedStyle(document.documentElement).backgroundColor"
        light = page.script(paper)
        page.keys("t")
        dark = page.script(paper)
        self.assertNotEqual(light, dark)
        page.media(dark=False, media="print")
        self.assertEqual(page.script(paper), light)

    def test_print(self):
        page = self.open(evidence.bad())
        page.script("addEventListener('beforeprint', () => window.open_details = document.querySelectorAll('#skips[open]').length)")
        self.assertGreater(len(page.pdf()), 10_000)
        # The reasons of skips are printed, and folded again.
        self.assertEqual(page.script("return window.open_details"), 1)
        self.assertEqual(page.count("#skips[open]"), 0)
        page.media(media="print")
        self.assertEqual(page.count("button:not(.fold, .tag), input, select", visible=True), 0)
        self.assertGreater(page.count("tr.story", visible=True), 0)
        self.assertGreater(page.count("#failures li", visible=True), 0)

    def test_structure_for_those_who_hear_it(self):
        page = self.open(evidence.kernels())
        self.assertEqual(page.count("main"), 1)
        self.assertEqual(page.count("h1"), 1)
        self.assertEqual(page.one("html").get_attribute("lang"), "en")
        self.assertEqual(page.one("#found").get_attribute("role"), "status")
        self.assertEqual(page.count("tr.story > th[scope=row]"), page.count("tr.story"))
        unnamed = page.script(
            "return [...document.querySelectorAll('a, button, input, select')]"
            ".filter((e) => !(e.getAttribute('aria-label') || e.textContent.trim())).map((e) => e.outerHTML)")
        self.assertEqual(unnamed, [])
        self.assertTrue(all(re.search(r"\w{4}", label) for label in page.script(
            "return [...document.querySelectorAll('.mark')].map((m) => m.ariaLabel)")))


# The contrast of every colour of page.css with the paper (WCAG 2.2, relative luminance).
CONTRAST = """
const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
const probe = document.body.appendChild(document.createElement('i'));
const luminance = (name) => {
  probe.style.color = `var(${name})`;
  canvas.fillStyle = getComputedStyle(probe).color;
  canvas.fillRect(0, 0, 1, 1);
  const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3)
    .map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const names = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
  .filter((rule) => rule.selectorText === ':root').flatMap((rule) => [...rule.style])
  .filter((name) => /^--(state-.*|ink|muted|accent|good|bad|warn|skip)$/.test(name));
const paper = luminance('--paper');
const result = Object.fromEntries([...new Set(names)].map((name) => {
  const [low, high] = [luminance(name), paper].sort((a, b) => a - b);
  return [name, (high + 0.05) / (low + 0.05)];
}));
probe.remove();
return result;
"""

if __name__ == "__main__":
    unittest.main()

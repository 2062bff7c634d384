# SPDX-License-Identifier: GPL-2.0-or-later
"""Search, filters, addresses and keys."""
import unittest

import evidence
from page import Keys, PageTest, results

STORIES = "return [...document.querySelectorAll('tr.story:not([hidden])')].map((r) => r.dataset.story)"


class SearchTest(PageTest):
    def stories(self):
        return self.page.script(STORIES)

    def test_each_word_is_found_in_names_sentences_sources_files_and_reasons(self):
        page = self.open(evidence.kernels())
        for words, count in (("story7", 1), ("SAYS something", 12), ("3.5.1", 12), ("family1/story.cc", 4),
                             ("broken on", 1), ("another way", 1), ("1998", 1), ("story7 nowhere", 0)):
            page.keys("/")
            page.keys(Keys.CONTROL + "a", words)
            self.assertEqual(len(self.stories()), count, words)
            self.assertIn(f"{count} stor{'y' if count == 1 else 'ies'}", page.one("#found").text)
            self.assertEqual(page.count(".nothing", visible=True), int(count == 0))
        page.keys(Keys.ESCAPE)
        self.assertEqual(len(self.stories()), 12)
        self.assertEqual(page.one("#search").get_attribute("value"), "")

    def test_filters(self):
        folder = evidence.kernels()
        page = self.open(folder)
        scenarios = results(folder)["scenarios"]

        def press(name):
            page.one(f"[data-filter='{name}']").click()
            page.settle()

        press("verdict=failed")
        self.assertEqual(self.stories(), ["Suite0.Story3"])
        self.assertEqual(page.one("[data-filter='verdict=failed']").get_attribute("aria-pressed"), "true")
        press("verdict=skipped")
        self.assertEqual(self.stories(), ["Suite0.Story3", "Suite1.Story4"])
        press("kernel=linux-a")
        self.assertEqual(self.stories(), ["Suite1.Story4"])
        self.assertEqual(page.fragment, "#verdict=failed,skipped&kernel=linux-a")
        self.page.browser.back()
        page.settle()
        self.assertEqual(self.stories(), ["Suite0.Story3", "Suite1.Story4"])
        page.go("ip=IPv6")
        runs = sum(run["ip"] == "IPv6" for run in scenarios)
        self.assertIn(f"{runs} runs", page.one("#found").text)
        page.go("only=outdated")
        self.assertEqual(self.stories(), ["Suite1.Story6"])
        page.go("family=family2")
        self.assertEqual(len(self.stories()), 4)

    def test_address_brings_the_search_back(self):
        fragment = "q=says%204&verdict=skipped&kernel=linux-a&ip=IPv4"
        page = self.open(evidence.kernels(), fragment)
        self.assertEqual(self.stories(), ["Suite1.Story4"])
        self.assertEqual(page.one("#search").get_attribute("value"), "says 4")
        self.assertIn("1 story, 1 run", page.one("#found").text)

    def test_counts_lead_to_their_runs(self):
        page = self.open(evidence.kernels())
        page.one(".tally .bad").click()
        page.settle()
        self.assertIn("Suite0.Story3", self.stories())
        self.assertNotIn("Suite0.Story1", self.stories())


class AddressTest(PageTest):
    def test_run_goes_by_the_name_of_its_folder(self):
        folder = evidence.real()
        name = "RstAfterFin.SecondWriteFailsWithEpipe.IPv4"
        page = self.open(folder, f"run={name}")
        self.assertIn("RstAfterFin.SecondWriteFailsWithEpipe", page.one("h1").text)
        self.assertIn(name, page.script("return document.title"))
        # A number is its place in results.json.
        scenarios = results(folder)["scenarios"]
        page.go("run=3")
        self.assertIn(scenarios[3]["name"], page.one("h1").text)
        page.go("run=NoSuch.Story")
        self.assertIn("This report has no run NoSuch.Story", page.one("[role=alert]").text)
        self.assertEqual(page.count("#overview"), 1)

    def test_every_run_opens(self):
        folder = evidence.bad()
        page = self.open(folder)
        for number, run in enumerate(results(folder)["scenarios"]):
            page.go(f"run={number}")
            self.assertEqual(page.one("main").get_attribute("data-run"), str(number))
            self.assertIn(run["name"], page.one("h1").text)

    def test_back_brings_scroll_and_focus_back(self):
        page = self.open(evidence.real(), height=500)
        page.keys(*["j"] * 12)
        story = page.script("return document.activeElement.textContent")
        scroll = page.script("return scrollY")
        self.assertGreater(scroll, 0)
        page.keys(Keys.ENTER)
        page.wait("document.querySelector('#scenario')")
        self.assertEqual(page.script("return scrollY"), 0)
        page.browser.back()
        page.wait("document.querySelector('#overview')")
        page.settle()
        self.assertEqual(page.script("return document.activeElement.textContent"), story)
        self.assertAlmostEqual(page.script("return scrollY"), scroll, delta=2)


class KeyTest(PageTest):
    def test_walk(self):
        page = self.open(evidence.kernels(), "q=suite1")
        row = "return document.activeElement.closest('tr, li')?.querySelector('.name').textContent"
        page.keys("j")
        first = page.script(row)
        page.keys("j")
        self.assertNotEqual(page.script(row), first)
        page.keys(Keys.ARROW_UP)
        self.assertEqual(page.script(row), first)
        page.go("")
        page.keys("f")
        self.assertEqual(page.count("tr.story", visible=True), 0)
        self.assertEqual(page.count(".fold[aria-expanded=false]"), 3)
        page.keys("f")
        self.assertEqual(page.count("tr.story", visible=True), 12)
        page.go("q=suite1")
        while page.script("return !document.activeElement.closest('tr.story')"):
            page.keys("j")
        page.keys("o")
        self.assertEqual(page.count(".unfolded", visible=True), 1)
        page.keys("o")
        self.assertEqual(page.count(".unfolded", visible=True), 0)
        page.keys(Keys.ENTER)
        page.wait("document.querySelector('#scenario')")
        run = page.fragment
        page.keys("n")
        page.wait(f"location.hash !== '{run}'")
        page.settle()
        self.assertIn("2 of", page.one(".steps").text)
        page.keys("[")
        page.wait(f"location.hash === '{run}'")
        page.settle()
        page.keys("u")
        page.wait("document.querySelector('#overview')")
        page.settle()
        # The search is still there.
        self.assertEqual(page.fragment, "#q=suite1")
        page.keys("?")
        self.assertEqual(page.count("dialog[open]"), 1)
        self.assertIn("previous row", page.one("dialog").text)
        page.keys(Keys.ESCAPE)
        self.assertEqual(page.count("dialog[open]"), 0)
        page.keys("?")
        page.one("dialog .close").click()
        self.assertEqual(page.count("dialog[open]"), 0)
        self.assertEqual(page.fragment, "#q=suite1")

    def test_search_from_a_run(self):
        page = self.open(evidence.kernels(), "run=0")
        page.keys("/")
        page.wait("document.activeElement.id === 'search'")
        # Letters are letters in the box.
        page.keys("u?t")
        self.assertEqual(page.one("#search").get_attribute("value"), "u?t")

    def test_tab_reaches_everything_and_shows_where_it_is(self):
        page = self.open(evidence.kernels())
        seen = []
        for _ in range(14):
            page.browser.switch_to.active_element.send_keys(Keys.TAB)
            seen.append(page.script(
                "const e = document.activeElement; return [e.id || e.textContent, "
                "getComputedStyle(e).outlineStyle, e.matches(':focus-visible')]"))
        self.assertEqual(len({name for name, _, _ in seen}), len(seen))
        self.assertTrue(all(style != "none" and visible for _, style, visible in seen), seen)


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: GPL-2.0-or-later
"""What others wrote stays text, and nothing of it stops the page."""
import unittest

import evidence
import hostile
from page import PageTest, results

# What must not be: elements that the page makes none of, attributes that run something, links that
# lead out of the folder.
FOREIGN = """
const all = [...document.querySelectorAll('*')];
const here = location.href.split('#')[0].replace(/index.html$/, '');
let scripts = 0;
const outside = (address) => address && !address.startsWith(here);
return all
  .filter((e) => e.matches('img, iframe, object, embed, link, base, video, audio') ||
                 (e.matches('script') && e.type !== 'application/gzip' && ++scripts > 1) ||
                 [...e.attributes].some((a) => /^on/i.test(a.name)) ||
                 (e.matches('a, area, form') && outside(e.href?.baseVal ?? (e.href || e.action))))
  .map((e) => e.outerHTML.slice(0, 200))
  .concat(window.hacked === undefined ? [] : ['hacked'], Object.keys(Object.prototype));
"""


class HostileTest(PageTest):
    def hold(self, page):
        self.assertEqual(page.script(FOREIGN), [])
        self.assertFalse(page.scrolls_sideways(), page.fragment)

    def walk(self, folder):
        page = self.open(folder)
        self.hold(page)
        for twist in page.all(".twist"):
            twist.click()
        self.hold(page)
        for number in range(len(results(folder)["scenarios"])):
            page.go(f"run={number}")
            self.assertEqual(page.one("main").get_attribute("data-run"), str(number))
            self.hold(page)
        self.assertEqual(page.console(), [])
        return page

    def test_markup_is_text(self):
        page = self.walk(hostile.markup())
        page.go("")
        text = page.script("return document.querySelector('#overview').textContent")
        for markup in hostile.MARKUP[:7]:
            self.assertIn(markup, text)

    def test_links_into_evidence_stay_in_it(self):
        page = self.open(hostile.markup())
        for number in range(len(hostile.MARKUP), len(hostile.MARKUP) + 3):
            page.go(f"run={number}")
            page.wait(f"document.querySelector('main').dataset.run === '{number}'")
            for link in page.script("return [...document.querySelectorAll('main a:not([href^=\"#\"])')].map((a) => a.href)"):
                self.assertTrue(link.startswith(page.file.parent.as_uri() + "/"), link)

    def test_nonsense_is_shown_as_far_as_it_makes_sense(self):
        page = self.walk(hostile.broken())
        page.go("")
        self.assertEqual(page.count("tr.story", visible=True), page.count("tr.story"))
        self.assertNotIn("root:", page.script("return document.documentElement.outerHTML"))

    def test_changed_values_stop_nothing(self):
        self.walk(hostile.mutated())

    def test_page_that_lost_a_part_says_so(self):
        page = self.open(evidence.kernels())
        page.script("document.getElementById('story-0').remove()")
        page.go("run=0")
        self.assertIn("cannot be read", page.one("[role=alert]").text)
        self.assertEqual(page.count("#overview"), 1)

    def test_addresses_of_anybodys_making(self):
        page = self.open(evidence.kernels())
        for fragment in ("run=%", "q=%E0%A4%A", "verdict=<script>&kernel=__proto__", "&&&=&", "run=-1", "run=1e9",
                         "run=__proto__", "x" * 100_000, "q=" + "a " * 5000, "family=constructor"):
            page.go(fragment)
            self.assertEqual(page.count("#overview"), 1, fragment[:40])
            self.hold(page)


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: GPL-2.0-or-later
"""A report page in Debian's chromium, for the tests of this folder.

A test derives from PageTest and opens a page:

    class LadderTest(PageTest):
        def test_arrows(self):
            page = self.open(evidence.real(), "run=RstAfterFin.SecondWriteFailsWithEpipe.IPv4")
            self.assertEqual(len(page.all("line.packet")), 9)

Behind every test it is checked that the console had nothing to say and that nothing was fetched.
One browser serves all tests; ci/browser-tests starts them where there is no network.
"""
import atexit
import functools
import json
import os
import pathlib
import time
import unittest

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.keys import Keys

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Where evidence and screenshots go.
OUT = pathlib.Path(os.environ.get("HALFOPEN_BROWSER_OUT", ROOT / "out" / "browser")).resolve()
READY_SECONDS = 30  # of a machine under load; a page takes less than one

FLAGS = [
    "--headless=new",
    "--no-sandbox",  # which root cannot have
    "--disable-dev-shm-usage",  # /dev/shm is small in containers
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-prefers-reduced-motion",
]


@functools.cache
def driver():
    """The one browser of this process."""
    options = Options()
    for flag in FLAGS:
        options.add_argument(flag)
    options.binary_location = "/usr/bin/chromium"
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    atexit.register(browser.quit)
    return browser


class Page:
    """A report that is open."""

    def __init__(self, index, fragment="", dark=False, width=1280, height=900):
        """Opens index.html of a folder, or a file, at `fragment` (without #), and waits for it."""
        index = pathlib.Path(index).resolve()
        self.file = index / "index.html" if index.is_dir() else index
        self.browser = driver()
        self.media(dark=dark)
        self.size(width, height)
        self.browser.get("about:blank")
        self.console()
        begin = time.monotonic()
        self.browser.get(self.file.as_uri() + (f"#{fragment}" if fragment else ""))
        self.wait("document.documentElement.dataset.ready === 'true'")
        self.seconds = time.monotonic() - begin

    def wait(self, condition):
        """Waits until a JavaScript expression is true."""
        end = time.monotonic() + READY_SECONDS
        while not self.browser.execute_script(f"return Boolean({condition})"):
            if time.monotonic() > end:
                raise TimeoutError(f"still not so: {condition}; the console: {self.console()}")
            time.sleep(0.01)

    def script(self, text, *arguments):
        """The value of a script that returns one."""
        return self.browser.execute_script(text, *arguments)

    def go(self, fragment):
        """Follows an address within the page."""
        self.script("location.hash = arguments[0]", fragment)
        self.settle()

    def settle(self):
        """Waits until the page has drawn what its address says."""
        self.wait("document.documentElement.dataset.shown === location.hash")

    def all(self, selector):
        return self.browser.find_elements("css selector", selector)

    def one(self, selector):
        return self.browser.find_element("css selector", selector)

    def count(self, selector, visible=False):
        """How many elements there are; visible: that are not hidden or in something hidden."""
        return self.script(
            "return [...document.querySelectorAll(arguments[0])]"
            ".filter((e) => !arguments[1] || e.checkVisibility()).length", selector, visible)

    def texts(self, selector):
        return self.script(
            "return [...document.querySelectorAll(arguments[0])]"
            ".filter((e) => e.checkVisibility()).map((e) => e.textContent)", selector)

    def keys(self, *keys):
        """Presses keys, one after the other, wherever the focus is."""
        for key in keys:
            self.browser.switch_to.active_element.send_keys(key)
        self.settle()

    @property
    def fragment(self):
        return self.script("return location.hash")

    def media(self, dark=False, media=""):
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "media": media,
            "features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})

    def size(self, width, height):
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})

    def console(self):
        """What the console said since this was asked last."""
        return [entry["message"] for entry in self.browser.get_log("browser")]

    def fetched(self):
        """The addresses of what was fetched beside the page itself."""
        return self.script("return performance.getEntriesByType('resource').map((e) => e.name)")

    def scrolls_sideways(self):
        return self.script(
            "return document.documentElement.scrollWidth > document.documentElement.clientWidth")

    def screenshot(self, name):
        """Writes NAME.png."""
        OUT.mkdir(parents=True, exist_ok=True)
        self.browser.save_screenshot(str(OUT / f"{name}.png"))

    def pdf(self):
        """The page as it is printed, in base64."""
        return self.browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": False})["data"]


class PageTest(unittest.TestCase):
    """Holds against every page that the console is silent and nothing is fetched."""

    def open(self, folder, fragment="", **how):
        self.page = Page(folder, fragment, **how)
        return self.page

    def tearDown(self):
        page = getattr(self, "page", None)
        if page is None:
            return
        self.assertEqual(page.console(), [])
        self.assertEqual(page.fetched(), [])


def results(folder):
    """results.json of a folder."""
    return json.loads((pathlib.Path(folder) / "results.json").read_text())


__all__ = ["Keys", "Page", "PageTest", "OUT", "ROOT", "results"]

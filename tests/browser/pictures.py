#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Draws the ladders that README.md shows, light and dark: docs/images/NAME.png, NAME-dark.png."""
import base64
import sys

from page import ROOT, Page

# What fits the width of a README; the packet list then stands below, outside of the picture.
WIDTH = 900


def draw(folder, run, name):
    for dark in (False, True):
        page = Page(folder, f"run={run}", dark=dark, width=WIDTH, height=900)
        box = page.script("const box = document.querySelector('.ladder-place svg.ladder-head')"
                          ".closest('.ladder').getBoundingClientRect();"
                          "return {x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height}")
        picture = page.browser.execute_cdp_cmd("Page.captureScreenshot", {
            "captureBeyondViewport": True, "clip": {**box, "scale": 1.5}})
        file = ROOT / "docs" / "images" / f"{name}{'-dark' if dark else ''}.png"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(base64.b64decode(picture["data"]))
        print(file.relative_to(ROOT))


if __name__ == "__main__":
    draw(*sys.argv[1:])

# SPDX-License-Identifier: GPL-2.0-or-later
"""The ladder of a run, held against the timeline that it is drawn from."""
import base64
import functools
import json
import pathlib
import shutil
import subprocess
import unittest

import evidence
from page import OUT, PageTest, results
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

LONG = 10_000_000  # ns: a pause that the ladder breaks


# Texts of a ladder that lie on one another.
OVERLAPS = """const boxes = [...document.querySelectorAll('.sheet text:not([transform])')].filter((t) => t.textContent)
  .map((t) => ({ box: t.getBoundingClientRect(), text: t.textContent, item: t.parentElement }));
const found = [];
boxes.sort((a, b) => a.box.top - b.box.top);
boxes.forEach((a, i) => {
  for (let j = i + 1; j < boxes.length && boxes[j].box.top < a.box.bottom - 3; ++j) {
    const b = boxes[j];
    if (a.item.dataset.key === b.item.dataset.key && a.text === b.text) continue;
    const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
    const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
    if (wide > 2 && high > 3) found.push(`${a.text} | ${b.text} (${wide.toFixed(0)} x ${high.toFixed(0)})`);
  }
});
return found;"""


class Told:
    """timeline.json of one run's folder, as it is read without the report."""

    def __init__(self, folder):
        self.events = json.loads((folder / "timeline.json").read_text())["events"]

    def of(self, kind):
        return [event for event in self.events if event["kind"] == kind]

    @property
    def packets(self):
        return self.of("packet")

    @property
    def stopped(self):
        """Packets that hit a fault, and those that never arrived."""
        return [p for p in self.packets if p.get("fault") or "arrived" not in p]

    @property
    def calls(self):
        return {event["id"] for event in self.of("call_begin") + self.of("call")}

    @property
    def armed(self):
        return [event for event in self.of("fault") if event.get("armed")]


def run_folders(folder):
    return [pathlib.Path(folder) / one["evidence"].rsplit("/", 1)[-1] for one in results(folder)["scenarios"]
            if one.get("evidence") and one["control"] is None and one["verdict"] == "passed"]


@functools.cache
def others():
    """Stories of another make: many sockets, a router, programs where they are installed."""
    return evidence.of_run("others", "BacklogOverflow.SynIsIgnoredUntil*:IcmpInSynSent.HostUnreachable*:"
                           "NetcatKeepalive.ReadTimesOut*")


@functools.cache
def synthetic(name, packets=0, hostile=False):
    """One run that nobody had: a transfer of many packets, or texts that are markup."""
    evil = "<img src=x onerror='window.hacked=1'></script><script>window.hacked=1</script>\u202e\u0007"
    events = []
    time = 0
    for i in range(packets):
        sender, receiver = ("client", "server") if i % 3 else ("server", "client")
        time += 20_000_000 if i % 50 == 49 else 40_000
        event = {"kind": "packet", "t": time, "arrived": time + 9_000, "from": sender, "to": receiver, "flags": 16,
                 "protocol": 6, "length": 100, "window": 500, "options": "nop,nop,TS",
                 "source": "10.0.0.1:4000" if sender == "client" else "10.0.0.2:80",
                 "destination": "10.0.0.2:80" if sender == "client" else "10.0.0.1:4000",
                 "text": f"{sender} > {receiver} . {i}:{i + 100}(100) ack 1"}
        if i % 40 == 39:
            event.update({"fault": "tcp dport 80 counter packets 3 bytes 9 drop", "fault_host": receiver})
        events.append(event)
    if hostile:
        call = {"kind": "call", "host": "client", "socket": evil, "call": evil, "text": f"{evil}: send({evil}) = 1"}
        packet = {"kind": "packet", "from": "client", "to": "server", "source": evil, "destination": evil}
        program = {"kind": "program", "host": "server", "program": evil}
        events = [
            {**call, "t": 1, "begin": 1, "end": 5, "id": 1},
            {**program, "t": 2, "event": "stdout", "output": evil + "x" * 100_000},
            {**program, "t": 3, "event": evil, "output": evil},
            {**packet, "t": 4, "arrived": 5, "text": f"client > server . 0:0(0) {evil}", "options": evil, "window": 10 ** 18},
            {**packet, "t": 5, "text": evil, "fault": evil, "fault_host": evil},
            {"kind": "fault", "t": 6, "name": "f", "armed": True, "host": "server", "rule": evil, "hits": 1},
            {"kind": "cause", "t": 7, "text": evil, "withheld": False},
            {"kind": "state", "t": 8, "socket": evil, "local": "10.0.0.1:4000", "remote": "10.0.0.2:80", "state": evil, "text": evil},
            {"kind": "deviation", "t": 9, "reason": evil, "text": evil, "applies": True},
            {"kind": "packet"}, {"kind": "call"}, {"kind": "packet", "t": "soon", "text": 7, "from": [], "to": {}},
            {"kind": "packet", "t": -(2 ** 62), "text": "a > b . 0:0(0)"}, {"kind": "call", "t": 2 ** 62, "id": -1},
        ]
    return synthetic_of(name, events, evil if hostile else "")


def synthetic_of(name, events, evil=""):
    """An out folder of one run with these events between a client and a server."""
    folder = evidence.fresh(name)
    run = "Synthetic.Run.IPv4"
    taps = [{"host": "client", "link": "veth0", "addresses": ["10.0.0.1", evil or "fd00::1"]},
            {"host": "server", "link": "veth0", "addresses": ["10.0.0.2"]}]
    details = {run: {"file": "story.cc", "line": 3, "failures": [{"file": "story.cc", "line": 4, "message": evil}] if evil else []}}
    return evidence.report(evidence.write(folder, {
        "version": "0.1.0", "command": "halfopen run", "venue": "host", "kernel": "6.1", "profile": "fast", "wall_seconds": 1,
        "scenarios": [{"name": "Synthetic.Run", "family": "synthetic", "ip": "IPv4", "kernel": "6.1", "control": None, "seconds": 1,
                       "verdict": "failed" if evil else "passed", "reason": "", "evidence": run}]},
        details, {run: {"version": 1, "taps": taps, "events": events}}))


@functools.cache
def differing():
    """A run whose wire was not as expected."""
    def packet(time, text, **more):
        return {"kind": "packet", "t": time, "arrived": time + 9000, "from": "client", "to": "server", "window": 500,
                "source": "10.0.0.1:4000", "destination": "10.0.0.2:80", "text": f"client > server {text}", **more}
    def line(mark, time, text, note):
        return {"mark": mark, "at": time, "from": "client", "to": "server", "text": text, "note": note}
    second = 1_000_000_000
    return synthetic_of("differing", [
        packet(1000, "S 0:0(0)"), packet(5 * second, "S 0:0(0)"), packet(6 * second, ". 1:1(0) ack 1"),
        {"kind": "wire_diff", "t": 7 * second, "text": "the wire differs", "report": "the wire differs", "lines": [
            line("-", 2 * second, "client > server S 0:0(0)", "never seen; the next line came instead"),
            line("!", 5 * second, "client > server S 0:0(0)", "late by 2 s"),
            line("+", 6 * second, "client > server . 1:1(0) ack 1", "not expected"),
            {"mark": "!", "at": 7 * second, "text": "quiet 200ms", "note": "not for so long"}]}])


class LadderTest(PageTest):
    def ladder(self, run, folder=None, **how):
        page = self.open(folder or evidence.real(), f"run={run}", **how)
        page.settle()
        self.assertEqual(page.count("#scenario"), 1, f"no page of {run}")
        return page

    def check_counts(self, page, told):
        self.assertEqual(page.count(".sheet [data-packet]"), len(told.packets))
        self.assertEqual(page.count("[data-listed]"), len(told.packets))
        self.assertEqual(page.count(".sheet [data-cross]"), len(told.stopped))
        self.assertEqual(page.count(".sheet .packet.dropped[data-packet]"), sum(1 for p in told.packets if p.get("fault")))
        self.assertEqual(page.count(".sheet [data-fault]"), len(told.armed))
        self.assertEqual(page.count(".sheet [data-sample]"), len(told.of("state")))
        self.assertEqual(page.count(".sheet .note.cause[data-note]"), len(told.of("cause")))
        # Whatever is folded is there when it is unfolded.
        page.keys("e")
        self.assertEqual(page.count(".sheet [data-fold]"), 0)
        self.assertEqual(page.count(".sheet [data-call]"), len(told.calls))
        self.assertEqual(page.count(".sheet [data-output]"), len(told.of("program")))
        failed = {c["id"] for c in told.of("call") if c.get("errno")}
        self.assertEqual(page.count(".sheet .call.failed[data-call]"), len(failed))
        for state in {event["state"] for event in told.of("state")}:
            self.assertTrue(page.count(f'.sheet .state.observed[aria-label*=" {state} "]'), state)

    def test_every_run_shows_what_its_timeline_tells(self):
        for folder in run_folders(evidence.real()) + run_folders(others()):
            with self.subTest(folder.name):
                page = self.ladder(folder.name, folder.parent)
                for width in (1800, 900, 1280):
                    page.size(width, 900)
                    page.wait("document.querySelector('.run').dataset.width === String(document.querySelector('.run').clientWidth)")
                    self.assertEqual(page.script(OVERLAPS), [], f"{width} pixels wide")
                    self.assertFalse(page.scrolls_sideways())
                self.check_counts(page, Told(folder))
                self.assertEqual(page.script(OVERLAPS), [], "unfolded")

    def test_long_pauses_are_broken_and_labelled(self):
        folder = next(f for f in run_folders(evidence.real()) if f.name.startswith("KeepaliveExpiry.Blocked"))
        page = self.ladder(folder.name)
        told = Told(folder)
        pauses = [b["t"] - a["t"] for a, b in zip(told.packets, told.packets[1:]) if b["t"] - a["t"] > LONG]
        self.assertGreaterEqual(page.count("[data-idle]"), len(pauses))
        self.assertTrue(any(text.strip().endswith(" s") for text in page.texts("[data-idle] .length")))
        timers = page.texts(".timer .words")
        self.assertTrue(any(text.startswith("keepalive ") for text in timers), timers)

    def test_hover_lights_the_other(self):
        page = self.ladder("RstAfterFin.SecondWriteFailsWithEpipe.IPv4")
        ActionChains(page.browser).move_to_element(page.one("[data-packet='3'] .notation")).perform()
        self.assertIn("lit", page.one("[data-listed='3']").get_attribute("class"))
        self.assertIn("F.", page.one(".details .what").text)
        self.assertIn("window", page.one(".details").text)
        ActionChains(page.browser).move_to_element(page.one("[data-listed='4'] .text")).perform()
        self.assertIn("lit", page.one("[data-packet='4']").get_attribute("class"))
        self.assertNotIn("lit", page.one("[data-packet='3']").get_attribute("class"))

    def test_a_click_in_the_list_scrolls_the_ladder(self):
        page = self.open(synthetic("many", 500), "run=Synthetic.Run.IPv4")
        page.script("document.querySelector(\"[data-listed='450']\").scrollIntoView({block: 'nearest'})")
        page.one("[data-listed='450'] .text").click()
        box = page.script("const b = document.querySelector(\"[data-packet='450']\").getBoundingClientRect(); return [b.top, b.bottom]")
        self.assertTrue(0 < box[0] and box[1] < 900, box)

    def test_keys_step_through_events(self):
        page = self.ladder("RstAfterFin.SecondWriteFailsWithEpipe.IPv4")
        seen = []
        for _ in range(12):
            page.keys("j")
            seen.append(page.script("return document.activeElement.dataset.key"))
            self.assertTrue(page.one(".details .what").text)
        self.assertEqual(len(set(seen)), len(seen), seen)
        page.keys("k")
        self.assertEqual(page.script("return document.activeElement.dataset.key"), seen[-2])
        page.keys(Keys.ENTER)
        pinned = page.one(".details").text
        ActionChains(page.browser).move_to_element(page.one("[data-packet='0'] .notation")).perform()
        ActionChains(page.browser).move_to_element(page.one("h1")).perform()
        self.assertEqual(page.one(".details").text, pinned)
        page.keys(Keys.ESCAPE)
        self.assertNotEqual(page.one(".details").text, pinned)

    def test_folded_calls_unfold(self):
        page = self.ladder("RstAfterFin.SecondWriteFailsWithEpipe.IPv4")
        before = page.count(".sheet [data-call]")
        page.one("[data-fold] text").click()
        self.assertGreater(page.count(".sheet [data-call]"), before)

    def test_copies_a_script(self):
        page = self.ladder("RstAfterFin.SecondWriteFailsWithEpipe.IPv4")
        page.one(".packets .copy").click()
        page.wait("document.querySelector('.packets .copy').dataset.copied")
        script = page.one(".packets .copy").get_attribute("data-copied").splitlines()
        self.assertEqual(script[0], 'EXPECT_THAT(Wire(), Shows(R"(')
        self.assertEqual(script[1].strip(), "handshake")
        # Behind the handshake it is what came: the FIN's delayed ACK may be among it or ride on the data.
        came = Told(evidence.real() / "RstAfterFin.SecondWriteFailsWithEpipe.IPv4").packets[3:]
        self.assertEqual([line.split() for line in script[2:-1]], [packet["text"].split() for packet in came])
        self.assertEqual(script[-1], ')"));')
        for box in page.all(".packets input")[4:6]:
            box.click()
        page.script("delete document.querySelector('.packets .copy').dataset.copied")
        page.one(".packets .copy").click()
        page.wait("document.querySelector('.packets .copy').dataset.copied")
        self.assertEqual(len(page.one(".packets .copy").get_attribute("data-copied").splitlines()), 4)

    def test_links_lead_to_captures(self):
        page = self.ladder("RstAfterFin.SecondWriteFailsWithEpipe.IPv4")
        captures = page.all("[data-capture]")
        self.assertTrue(captures)
        for link in captures:
            path = pathlib.Path(page.script("return decodeURIComponent(new URL(arguments[0].href).pathname)", link))
            self.assertTrue(path.is_file(), path)

    def test_source_shows_the_story(self):
        page = self.ladder("RstAfterFin.SecondWriteFailsWithEpipe.IPv4")
        page.wait("document.querySelector('.source-lines li')")
        self.assertTrue(any("SecondWriteFailsWithEpipe" in text for text in page.texts(".source-lines li")))

    def test_500_packets_are_drawn_at_once(self):
        page = self.open(synthetic("many", 500), "run=Synthetic.Run.IPv4")
        self.assertEqual(page.count(".sheet [data-packet]"), 500)
        self.assertEqual(page.count(".sheet [data-cross]"), 500 // 40)
        frames = page.script("""
          const done = arguments[arguments.length - 1];
          return new Promise((resolve) => {
            const times = []; let last = performance.now(); const height = document.documentElement.scrollHeight;
            const step = (now) => { times.push(now - last); last = now; scrollBy(0, height / 60);
              if (times.length < 60) requestAnimationFrame(step); else resolve(times.sort((a, b) => a - b)); };
            requestAnimationFrame(step);
          });""")
        print(f"500 packets: ready in {1000 * page.seconds:.0f} ms; frames while scrolling: median {frames[30]:.0f} ms, worst {frames[-1]:.0f} ms")

    def test_what_was_expected_and_what_came(self):
        page = self.open(differing(), "run=Synthetic.Run.IPv4")
        self.assertEqual(page.count(".sheet [data-missing]"), 1)
        self.assertEqual(page.count(".sheet .packet.differs[data-packet]"), 2)
        self.assertEqual(page.count(".sheet [data-differs]"), 1)
        notes = " ".join(page.texts(".difference") + page.texts("[data-differs] text"))
        for words in ("never seen", "late by 2 s", "not expected", "quiet 200ms"):
            self.assertIn(words, notes)
        # Where it should have been: between the packets around its time.
        heights = [page.script("return document.querySelector(arguments[0]).getBoundingClientRect().top", one)
                   for one in ("[data-packet='0']", "[data-missing='0']", "[data-packet='1']")]
        self.assertEqual(heights, sorted(heights))

    def test_markup_stays_text(self):
        page = self.open(synthetic("evil", hostile=True), "run=Synthetic.Run.IPv4")
        page.keys("e")
        self.assertEqual(page.count("#scenario img, #scenario script, #scenario iframe, #scenario a[href^=javascript]"), 0)
        self.assertIsNone(page.script("return window.hacked || null"))
        for _ in range(30):
            page.keys("j")
        self.assertIsNone(page.script("return window.hacked || null"))
        self.assertEqual(page.count("#scenario img, #scenario script"), 0)
        self.assertFalse(page.scrolls_sideways())
        self.assertNotIn("\u202e", page.one("#scenario").text)

    def test_prints_whole(self):
        page = self.open(synthetic("many", 500), "run=Synthetic.Run.IPv4")
        (OUT / "ladder.pdf").write_bytes(base64.b64decode(page.pdf()))
        text = subprocess.run(["pdftotext", "-layout", str(OUT / "ladder.pdf"), "-"], stdout=subprocess.PIPE, check=False).stdout \
            if shutil.which("pdftotext") else None
        if text is not None:
            self.assertIn(b"499:599(100)", text)

    def test_pictures(self):
        for dark in (False, True):
            names = ["RstAfterFin.SecondWriteFailsWithEpipe.IPv4", "KeepaliveExpiry.BlockedReadTimesOutAfterTheLastProbe.IPv4"]
            for run in names + [folder.name for folder in run_folders(others()) if folder.name.endswith(".IPv4")]:
                self.ladder(run, evidence.real() if run in names else others(), dark=dark).screenshot(
                    f"ladder-{run}{'-dark' if dark else ''}")


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: GPL-2.0-or-later
"""Evidence as nobody's halfopen wrote it: markup, broken files, wrong types, endless lines."""
import functools
import json
import os
import random

from evidence import fresh, real, report, write

MARKUP = [
    "<script>window.hacked = 1</script>",
    "</script><script>window.hacked = 2</script>",
    "<img src=x onerror='window.hacked = 3'>",
    "\"><svg onload=window.hacked=4>",
    "<!--<script>",
    "javascript:window.hacked=5",
    "&lt;b&gt; &amp; &#x3c;",
    "\u202ereversed\u202c \u2066isolated\u2069 \ufeff",
    "\x00\x01\x1b[31m\x7f\x85",
    "\u2028\u2029{{constructor.constructor('window.hacked=6')()}} ${window.hacked=7} __proto__",
]


def _timeline(text):
    """Every kind of event with `text` in every field that is one."""
    packet = {"t": 0, "kind": "packet", "host": text, "tap": text, "from": text, "to": text, "source": text,
              "destination": text, "flags": text, "sequence": 0, "payload": 0, "window": 1, "text": text,
              "fault": text, "fault_host": text, "options": text, "notation": text}
    events = [packet] + [
        {"t": 10 * i, "kind": kind, "text": text, "host": text, "who": text, "name": text, "rule": text,
         "socket": text, "state": text, "local": text, "remote": text, "program": text, "event": text,
         "reason": text, "applies": True, "cause": text, "errno": text, "begin": 1, "end": 5, "id": i}
        for i, kind in enumerate(["call", "state", "fault", "output", "cause", "deviation", "timing", "counters",
                                  "program", "note", "wire", text])]
    return {"version": 1, "taps": [{"host": text, "link": text, "addresses": [text]}], "events": events}


def _scenario(number, text, **fields):
    return {"name": f"{text}{number}.{text}", "family": text, "ip": "IPv4", "kernel": text, "verdict": "failed",
            "control": None, "seconds": 1.5, "reason": text, "evidence": f"hostile-{number}", **fields}


@functools.cache
def markup():
    """Markup in each field."""
    folder = fresh("markup")
    scenarios, details, timelines = [], {}, {}
    for number, text in enumerate(MARKUP):
        scenario = _scenario(number, text)
        scenarios.append(scenario)
        details[scenario["evidence"]] = {
            "file": text, "line": 7, "says": text, "source": text, "outdated": text, "causes": [text],
            "failures": [{"file": text, "line": 3, "message": f"{text}\nthe wire differs\n - {text}"}]}
        timelines[scenario["evidence"]] = _timeline(text)
    # Folders' names too, as far as a file system lets.
    for number, text in enumerate(["javascript:window.hacked=8", "<img src=x onerror=window.hacked=9>",
                                   "a&run=0#%2e%2e?x=%00"], start=len(MARKUP)):
        scenarios.append(_scenario(number, "folder", evidence=text))
        timelines[text] = _timeline(text)
    write(folder, {"version": MARKUP[0], "command": MARKUP[1], "venue": MARKUP[2], "kernel": MARKUP[3],
                   "profile": MARKUP[4], "wall_seconds": 1, "scenarios": scenarios,
                   "guests": [{"kernel": MARKUP[2], "release": MARKUP[2], "virtual_seconds": 1,
                               "wall_seconds": 1, "error": MARKUP[2]}]}, details, timelines)
    for scenario in scenarios:
        (folder / scenario["evidence"] / "output.txt").write_bytes(b"<script>window.hacked = 10</script>\xff\xfe\x1b]0;x\x07")
        (folder / scenario["evidence"] / "<img src=x onerror=window.hacked=11>.pcap").write_bytes(b"")
    return report(folder)


@functools.cache
def broken():
    """Wrong types, numbers without sense, cut files, links that lead out, a line of 2 MB."""
    folder = fresh("broken")
    huge = 1e308
    scenarios = [
        _scenario(0, "number", seconds=huge), _scenario(1, "number", seconds=-huge),
        _scenario(2, "type", seconds="soon", verdict=7, ip=[], kernel={}, reason=3, control=5, repeat="x"),
        _scenario(3, "line", reason="x" * 2_000_000), _scenario(4, "cut"), _scenario(5, "link"),
        _scenario(6, "out", evidence="../../../../etc"), _scenario(7, "times", repeat=2**31 - 1),
        _scenario(8, "none", evidence=""), {}, {"name": None}, {"name": "no dot"},
        _scenario(9, "proto", name="__proto__.constructor", family="__proto__", evidence="__proto__"),
        _scenario(10, "9" * 400, evidence="long"),
        # Twice the same, and with the folder of another.
        _scenario(4, "cut"), _scenario(4, "cut"),
    ]
    write(folder, {"version": 3, "command": ["x"], "venue": None, "kernel": 5, "profile": {}, "wall_seconds": huge,
                   "virtual_seconds": huge, "interrupted": "yes", "guests": [5, None, {}], "scenarios": scenarios})
    nonsense = {"t": huge, "kind": "packet", "text": "x" * 2_000_000, "begin": -1, "end": "x", "window": -huge}
    for name, timeline in {
            "hostile-0": json.dumps({"version": 1, "taps": 5, "events": [nonsense, 5, None, [], {"kind": 5}]}),
            "hostile-1": json.dumps({"version": 1, "taps": [{}, 5], "events": {"a": 1}}),
            "hostile-2": json.dumps({"version": 99}),
            "hostile-3": "[" * 100_000,
            "hostile-4": json.dumps(_timeline("cut"))[:700]}.items():
        (folder / name / "timeline.json").write_text(timeline)
    os.symlink("/etc/passwd", folder / "hostile-5" / "timeline.json")
    os.symlink("/etc/passwd", folder / "hostile-5" / "output.txt")
    return report(folder)


_VALUES = [None, True, 0, -1, 2**31, 2**63, 2**64, -2**63, 1e308, -1e308, "", "x", MARKUP[2], [], {}, [[]], "\0", -0.5]


def _mutate(value, chance, dice):
    """`value` with some of its parts left out, replaced or in another order."""
    if dice.random() < chance:
        return dice.choice(_VALUES)
    if isinstance(value, dict):
        return {key: _mutate(part, chance, dice) for key, part in value.items() if dice.random() > chance / 2}
    if isinstance(value, list):
        parts = [_mutate(part, chance, dice) for part in value if dice.random() > chance / 2]
        if dice.random() < chance:
            dice.shuffle(parts)
        return parts
    return value


@functools.cache
def mutated(runs=30):
    """Real evidence in which values were changed, the same ones each time."""
    dice = random.Random(9293)
    folder = fresh("mutated")
    sources = sorted(real().glob("*/timeline.json"))
    scenarios = []
    for number in range(runs):
        source = dice.choice(sources).parent
        chance = dice.choice([0.002, 0.01, 0.05, 0.2])
        scenario = _mutate(json.loads((source / "result.json").read_text()), chance, dice)
        scenario = scenario if isinstance(scenario, dict) else {}
        timeline = json.dumps(_mutate(json.loads((source / "timeline.json").read_text()), chance, dice))
        if dice.random() < 0.1:
            timeline = timeline[:dice.randrange(len(timeline))]
        place = folder / f"mutated-{number}"
        place.mkdir()
        (place / "result.json").write_text(json.dumps(scenario))
        (place / "timeline.json").write_text(timeline)
        scenarios.append({**scenario, "evidence": place.name})
    (folder / "results.json").write_text(json.dumps({
        "version": "0.1.0", "command": "halfopen run", "venue": "host", "kernel": "6.1", "profile": "fast",
        "wall_seconds": 1, "scenarios": scenarios}))
    return report(folder)

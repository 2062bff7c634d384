# SPDX-License-Identifier: GPL-2.0-or-later
"""Out folders for the tests of the page, made once each: real runs, and runs that nobody had."""
import functools
import json
import os
import pathlib
import shutil
import subprocess

from page import OUT, ROOT

BUILD = pathlib.Path(os.environ.get("HALFOPEN_BUILD", ROOT / "build")).resolve()


def _run(*command, expected=(0,)):
    done = subprocess.run([str(part) for part in command], cwd=ROOT, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    if done.returncode not in expected:
        raise RuntimeError(f"exit code {done.returncode}: {command}\n{done.stdout[-4000:]}")


def fresh(name):
    """An empty folder for evidence."""
    folder = OUT / "evidence" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def report(folder):
    """Draws the page of an out folder."""
    _run(BUILD / "halfopen", "report", folder)
    return folder


def of_run(name, stories):
    """What these stories left, by GoogleTest's patterns, and its page."""
    folder = fresh(name)
    _run(BUILD / "halfopen", "run", stories, "--out", folder)
    return report(folder)


@functools.cache
def real():
    """What really happened on this machine's kernel, with controls."""
    folder = fresh("real")
    _run(BUILD / "halfopen", "run", "RstAfterFin.*:KeepaliveExpiry.*:BacklogOverflow.D*", "--control",
         "--out", folder)
    return report(folder)


@functools.cache
def bad():
    """Scenarios that fail in every way, and controls that stay green."""
    folder = fresh("bad")
    _run(BUILD / "bad_suite", "run", "Good.*:Vacuous.*:Bad.*-Bad.FillsTheDisk*", "--control", "--timeout",
         "1s", "--out", folder, expected=(1, 2))
    return report(folder)


def write(folder, results, details=None, timelines=None):
    """An out folder of `results` (results.json), with what each scenario's folder adds to it."""
    (folder / "results.json").write_text(json.dumps(results))
    for scenario in results["scenarios"]:
        name = scenario.get("evidence")
        if not isinstance(name, str) or not name or ".." in name:
            continue
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "result.json").write_text(json.dumps({**scenario, **(details or {}).get(name, {})}))
        if timelines and name in timelines:
            (folder / name / "timeline.json").write_text(json.dumps(timelines[name]))
    return folder


KERNELS = ["linux-a", "linux-b", "linux-c"]


@functools.cache
def kernels():
    """Three kernels and twelve stories of three families, four of which differ; repeats, a vacuous
    control."""
    scenarios, details, timelines = [], {}, {}
    for number in range(12):
        for kernel in KERNELS:
            for ip in ("IPv4", "IPv6"):
                for repeat in range(1, 4 if number == 5 else 2):
                    verdict, reason = "passed", ""
                    if number == 3 and kernel == "linux-b":
                        verdict, reason = "failed", "it is broken on b"
                    if number == 4 and kernel == "linux-a":
                        verdict, reason = "skipped", "a is too old"
                    if number == 5 and repeat == 2 and ip == "IPv6" and kernel == "linux-c":
                        verdict, reason = "timed_out", "timed out after 3 s"
                    name = f"Suite{number // 4}.Story{number}"
                    number_text = f".{repeat}" if repeat > 1 else ""
                    evidence = f"{name}.{ip}{number_text}@{kernel}"
                    scenarios.append({
                        "name": name, "family": f"family{number // 4}", "ip": ip, "kernel": kernel,
                        "verdict": verdict, "control": None, "seconds": 7200.5 if number == 7 else 0.5,
                        "reason": reason, "repeat": repeat, "evidence": evidence})
                    details[evidence] = {
                        "file": f"scenarios/family{number // 4}/story.cc", "line": 10 + number,
                        "says": f"Story {number} says something.", "source": "RFC 9293, 3.5.1",
                        "outdated": "It was otherwise in 1998." if number == 6 else ""}
                    timelines[evidence] = {"version": 1, "taps": [], "events": [{
                        "t": 1, "kind": "deviation", "reason": "c does it another way",
                        "applies": number == 8 and kernel == "linux-c", "text": ""}]}
    for verdict, cause in (("failed", "the cable is cut"), ("passed", "the moon is full")):
        vacuous = verdict == "passed"
        scenarios.append({
            "name": "Suite0.Story0", "family": "family0", "ip": "IPv4", "kernel": "linux-a",
            "verdict": verdict, "control": cause, "seconds": 0.5, "vacuous": vacuous,
            "reason": f'vacuous: it stays green although "{cause}" was withheld' if vacuous else "",
            "evidence": f"Suite0.Story0.IPv4@linux-a.control-{2 if vacuous else 1}"})
    # Two guests of each kernel, as shards have them.
    guests = [{"kernel": kernel, "release": f"6.{i}.0", "virtual_seconds": 3650, "wall_seconds": 3.65, "error": ""}
              for _ in range(2) for i, kernel in enumerate(KERNELS)]
    return report(write(fresh("kernels"), {
        "version": "0.1.0", "command": "halfopen run --kernel linux-a --kernel linux-b --kernel linux-c",
        "venue": "guest", "kernel": ", ".join(KERNELS), "profile": "default", "wall_seconds": 22.5,
        "virtual_seconds": 7300, "guests": guests, "scenarios": scenarios}, details, timelines))


@functools.cache
def lost():
    """A guest that was lost with ten stories of which eight had not ended."""
    scenarios = [{
        "name": f"Suite.Story{number}", "family": "family", "ip": "IPv4", "kernel": "linux-a",
        "verdict": "error" if number < 8 else "passed", "control": None, "seconds": 0,
        "reason": "the guest was lost before this began" if number < 8 else "", "evidence": ""}
        for number in range(10)]
    return report(write(fresh("lost"), {
        "version": "0.1.0", "command": "halfopen run --kernel linux-a", "venue": "guest", "kernel": "linux-a",
        "profile": "default", "wall_seconds": 9, "scenarios": scenarios,
        "guests": [{"kernel": "linux-a", "release": "6.1.0", "virtual_seconds": 1, "wall_seconds": 9,
                    "error": "linux-a: the guest died; its console: console@linux-a.txt"}]}))

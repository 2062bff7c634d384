# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds that what a run left can be read, however it ended."""
import json
import os
import shutil
import stat
import struct
import subprocess

from world import HALFOPEN


def results(out):
    """results.json, or None where there is none. Raises ValueError for a broken one."""
    file = out / "results.json"
    return json.loads(file.read_text()) if file.exists() else None


def copy(out, target):
    """Makes `target` a copy of the folder, without the pipes to strace that a killed story leaves."""
    def pipes(folder, names):
        return [name for name in names if stat.S_ISFIFO(os.lstat(os.path.join(folder, name)).st_mode)]
    shutil.copytree(out, target, symlinks=True, ignore=pipes)


def _pcap_problem(file):
    """A capture that a SIGKILL ended may lack the end of its last packet."""
    data = file.read_bytes()
    if len(data) < 24:
        return "" if len(data) == 0 else "its header is cut"
    if struct.unpack_from("<I", data)[0] != 0xa1b23c4d:
        return "it has no magic number of nanoseconds"
    at = 24
    while at + 16 <= len(data):
        length = struct.unpack_from("<I", data, at + 8)[0]
        if length > 65535:
            return f"a packet of {length} bytes"
        at += 16 + length
    return ""


def _pcapng_problem(file):
    data = file.read_bytes()
    at = 0
    while at < len(data):
        if at + 12 > len(data):
            return "a block's header is cut"
        length = struct.unpack_from("<I", data, at + 4)[0]
        if length < 12 or at + length > len(data):
            return "a block is cut"
        if struct.unpack_from("<I", data, at + length - 4)[0] != length:
            return "a block's two lengths differ"
        at += length
    return "it is empty" if at == 0 else ""


def _run(*words):
    return subprocess.run([HALFOPEN, *words], capture_output=True, text=True, timeout=120,
                          errors="replace", env={**os.environ, "NO_COLOR": "1", "COLUMNS": "120"})


def problems(out, complete):
    """What cannot be read of the evidence in `out`, in words. `complete`: the runner came to an end of
    its own, so that results.json must be there."""
    found = []
    if not out.is_dir():
        return found
    folders = sorted(entry for entry in out.iterdir() if (entry / "result.json").exists()
                     or (entry / "timeline.json").exists() or list(entry.glob("*.pcap")))
    try:
        if results(out) is None and complete:
            found.append("there is no results.json")
    except ValueError as error:
        found.append(f"results.json: {error}")
    for name in ("junit.xml", "index.html"):
        if complete and not (out / name).exists():
            found.append(f"there is no {name}")
    for folder in folders:
        for name in ("result.json", "timeline.json"):
            try:
                if (folder / name).exists():
                    json.loads((folder / name).read_text())
            except ValueError as error:
                found.append(f"{folder.name}/{name}: {error}")
        for file in folder.glob("*.pcap"):
            if problem := _pcap_problem(file):
                found.append(f"{folder.name}/{file.name}: {problem}")
        if (file := folder / "capture.pcapng").exists():
            if problem := _pcapng_problem(file):
                found.append(f"{folder.name}/{file.name}: {problem}")
    report = _run("report", out)
    # Of pcap files alone there is nothing to tell.
    something = (out / "results.json").exists() or any(
        (folder / name).exists() for folder in folders
        for name in ("result.json", "timeline.json", "journal.jsonl"))
    if report.returncode != 0 and (something or report.returncode != 2):
        found.append(f"halfopen report exits {report.returncode}: {report.stdout}{report.stderr}")
    if report.returncode == 0:
        show = _run("show", "--out", out)
        if show.returncode not in (0, 2) or (show.returncode == 2 and "matches" not in show.stderr):
            found.append(f"halfopen show exits {show.returncode}: {show.stderr[-500:]}")
    return found

# SPDX-License-Identifier: GPL-2.0-or-later
"""The processes below a run of halfopen, and what each is there for."""
import dataclasses
import os
import pathlib


@dataclasses.dataclass
class Process:
    pid: int
    parent: int
    name: str       # comm
    numbers: list   # NSpid: its number in each PID namespace that it is in
    role: str = ""
    scenario: str = ""  # the name of the evidence folder that it works for

    def word(self):
        return f"{self.role} {self.name}[{self.pid}]"


def _read(pid):
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    if fields.get("State", "Z").startswith(("Z", "X")):
        return None
    return Process(int(pid), int(fields["PPid"]), fields["Name"],
                   [int(number) for number in fields["NSpid"].split()])


def _scenario_of(body):
    """A body's standard output is the output.txt of its evidence; before that it is the runner's."""
    try:
        output = os.readlink(f"/proc/{body.pid}/fd/1")
    except OSError:
        return ""
    folder = pathlib.Path(output).parent
    return folder.name if output.endswith("/output.txt") and folder.parent.name == "out" else ""


def processes(runner):
    """The runner and all that descends from it, with roles. What ends meanwhile is left out."""
    everyone = {p.pid: p for p in map(_read, filter(str.isdigit, os.listdir("/proc"))) if p}
    if runner not in everyone:
        return []
    tree, last = [everyone[runner]], [runner]
    while last:
        last = [p.pid for p in everyone.values() if p.parent in last]
        tree += [everyone[pid] for pid in last]
    depth = len(everyone[runner].numbers)
    scenarios = {}
    for process in tree:
        if process.pid == runner:
            process.role = "runner"
        elif len(process.numbers) == depth and process.name.startswith("qemu"):
            process.role = "QEMU"
        elif process.name == "halfopen-stall":
            process.role = "stall monitor"
        elif len(process.numbers) == depth:
            process.role = "helper"
        elif process.numbers[-1] == 1:
            process.role = "PID 1"
        elif process.numbers[-1] == 2:
            process.role = "body"
            scenarios[process.parent] = _scenario_of(process)
        else:
            process.role = "strace" if process.name == "strace" else "program"
    for process in tree:  # parents come before their children
        scenarios.setdefault(process.pid, scenarios.get(process.parent, ""))
        process.scenario = scenarios[process.pid] if process.role != "runner" else ""
    return tree

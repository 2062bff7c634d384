# SPDX-License-Identifier: GPL-2.0-or-later
"""A control group for memory, of whichever version this machine has."""
import contextlib
import os
import pathlib
import re
import sys


class MemoryGroup:
    """`folder` is None where none may be made; make it before world.enter()."""

    def __init__(self):
        self.folder = None
        name = f"halfopen-{pathlib.Path(sys.argv[0]).name}-{os.getpid()}"
        for top, limit in (("/sys/fs/cgroup/memory", "memory.limit_in_bytes"),
                           ("/sys/fs/cgroup", "memory.max")):
            folder = pathlib.Path(top) / name
            with contextlib.suppress(OSError):
                folder.mkdir()
                if (folder / limit).exists():
                    self.folder, self.limit = folder, folder / limit
                    return
                folder.rmdir()

    def set(self, limit):
        self.limit.write_text(str(limit))

    def join(self):
        (self.folder / "cgroup.procs").write_text(str(os.getpid()))

    def kernel_bytes(self):
        """What the kernel holds for its processes, alive and dead, once what it can drop is dropped; None
        where it does not tell."""
        for place, word in (("memory.force_empty", "0"), ("memory.reclaim", "1G")):
            with contextlib.suppress(OSError):
                (self.folder / place).write_text(word)
        with contextlib.suppress(OSError):
            return int((self.folder / "memory.kmem.usage_in_bytes").read_text())
        with contextlib.suppress(OSError, TypeError):
            return int(re.search(r"^kernel (\d+)", (self.folder / "memory.stat").read_text(), re.M)[1])
        return None

    def remove(self):
        if self.folder:
            self.folder.rmdir()

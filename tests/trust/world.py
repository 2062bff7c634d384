# SPDX-License-Identifier: GPL-2.0-or-later
"""A small world for halfopen to be mistreated in: user, mount and network namespaces of its own.

The host's mounts, sysctls and limits stay untouched, nobody else's processes disturb what is counted
here, and what would be written outside is refused or seen.
"""
import ctypes
import os
import pathlib
import resource
import signal
import socket
import struct
import subprocess
import sys
import time
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]
HALFOPEN = ROOT / "build" / "halfopen"
ORDINARY_USER = 65534  # nobody's

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWNET = 0x20000, 0x8000000, 0x10000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REMOUNT, MS_BIND = 1, 2, 4, 32, 4096
MS_REC, MS_PRIVATE, MS_MOVE = 16384, 1 << 18, 8192
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
SYS_MEMBARRIER, MEMBARRIER_CMD_GLOBAL = 324, 1

_libc = ctypes.CDLL(None, use_errno=True)


class Unprepared(Exception):
    """This machine cannot do what a script wants: exit code 2."""


def _check(result, call):
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{call}: {os.strerror(error)}")
    return result


def unshare(flags):
    _check(_libc.unshare(flags), "unshare")


def mount(source, target, kind, flags=0, options=""):
    _check(_libc.mount(str(source).encode(), str(target).encode(), kind.encode(), flags,
                       options.encode()), f"mount {target}")


def umount(target):
    _check(_libc.umount2(str(target).encode(), 2), f"umount {target}")  # MNT_DETACH


def _mapped():
    """How many ids there are from 0 on: all of them, or a container's."""
    return min(65536, *(int(pathlib.Path(f"/proc/self/{kind}_map").read_text().split()[2])
                        for kind in ("uid", "gid")))


def demand_root_and_build():
    if os.geteuid() != 0:
        print("this needs root: it makes users and mounts of its own", file=sys.stderr)
        sys.exit(2)
    if not HALFOPEN.exists():
        print(f"{HALFOPEN} is missing; run: ci/build", file=sys.stderr)
        sys.exit(2)


def enter(main):
    """Calls main() in the namespaces, as their root, and exits with what it returns."""
    demand_root_and_build()
    ready, go = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        code = 2
        try:
            unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC)
            os.write(ready[1], b"1")
            os.read(go[0], 1)
            os.setgroups([])
            mount("none", "/", "none", MS_REC | MS_PRIVATE)
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
            code = main()
        except Unprepared as why:
            print(why, file=sys.stderr)
        except OSError as error:
            print(f"{sys.argv[0]}: {error}", file=sys.stderr)
        except Exception:  # a fault of the script's own
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    os.close(ready[1])
    if os.read(ready[0], 1):
        for kind in ("uid", "gid"):
            pathlib.Path(f"/proc/{child}/{kind}_map").write_text(f"0 0 {_mapped()}\n")
        os.write(go[1], b"1")
    try:
        status = os.waitpid(child, 0)[1]
    except KeyboardInterrupt:
        os.kill(child, signal.SIGKILL)
        sys.exit(130)
    sys.exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 1)


# Where programs put what they do not want to keep.
SCRATCH = ("/tmp", "/var/tmp", "/run", "/dev/shm")


def shut_the_disk(writable):
    """From here on every disk is read-only but for these folders, and the usual places for scratch
    files are empty ones of our own. Returns an empty folder in memory."""
    for folder in writable:
        mount(folder, folder, "none", MS_BIND)
    mounts = pathlib.Path("/proc/self/mountinfo").read_text().splitlines()
    for line in mounts:
        fields = line.split()
        kind = fields[fields.index("-") + 1]
        if fields[4] in map(str, writable) or kind in ("proc", "sysfs", "devtmpfs", "devpts", "mqueue", "cgroup", "cgroup2"):
            continue
        # What its namespace has locked must stay: nosuid, nodev, noexec.
        kept = sum({"nosuid": MS_NOSUID, "nodev": MS_NODEV, "noexec": 8, "noatime": 1024,
                    "nodiratime": 2048, "relatime": 1 << 21}.get(flag, 0)
                   for flag in fields[5].split(","))
        mount("none", fields[4], "none", MS_REMOUNT | MS_BIND | MS_RDONLY | kept)
    place = pathlib.Path("/mnt")
    mount("tmpfs", place, "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777")
    # The repository may itself lie below /tmp.
    kept = place / "repository"
    kept.mkdir()
    mount(ROOT, kept, "none", MS_BIND | MS_REC)
    for scratch in SCRATCH:
        mount("tmpfs", scratch, "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777")
    if any(ROOT.is_relative_to(scratch) for scratch in SCRATCH):
        ROOT.mkdir(parents=True)
        mount(kept, ROOT, "none", MS_MOVE)
        os.chdir(ROOT)
    else:
        umount(kept)
    kept.rmdir()
    return place


def scratch_files():
    """What lies in the usual places for scratch files."""
    found = []
    for place in SCRATCH:
        for folder, folders, files in os.walk(place):
            paths = [pathlib.Path(folder, name) for name in folders + files]
            found += [str(path) for path in paths if not ROOT.is_relative_to(path)]
            folders[:] = [name for name in folders if pathlib.Path(folder, name) != ROOT]
    return found


def starting_namespace():
    """All that halfopen could have changed in the namespace that it is started in, as text."""
    commands = ("ip -details link; ip address; ip -4 route show table all; ip -6 route show table all;"
                "ip rule; ip -6 rule; ip neighbour; ip netns; nft list ruleset; ipcs;"
                "cat /proc/self/mountinfo; cat /proc/modules | cut -d' ' -f1;"
                "find /proc/sys/net /proc/sys/user -type f -readable ! -name '*flush*' ! -name '*count*'"
                " ! -name stat_refresh | sort | xargs grep -H ''")
    # Lifetimes count down, and so does what a neighbour was seen for.
    return subprocess.run(["sh", "-c", commands], capture_output=True, text=True).stdout


def become_subreaper():
    _check(_libc.prctl(PR_SET_CHILD_SUBREAPER, 1), "prctl")


def die_with_parent():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def await_no_children(seconds):
    """Reaps all that was orphaned here, as it ends. Returns how long that took; None if some still
    live after `seconds`."""
    begin = time.monotonic()
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    while True:
        try:
            ended, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return time.monotonic() - begin
        if ended == 0:
            left = begin + seconds - time.monotonic()
            if left <= 0 or signal.sigtimedwait([signal.SIGCHLD], left) is None:
                return None


def _network_namespaces_of(user, limit):
    """Whether another one may be made under this limit: user.max_net_namespaces counts each until the
    kernel is done with it, whoever holds it."""
    pathlib.Path("/proc/sys/user/max_net_namespaces").write_text(str(limit))
    child = os.fork()
    if child == 0:
        try:
            if user:
                os.setgid(user)
                os.setuid(user)
                unshare(CLONE_NEWUSER)
            unshare(CLONE_NEWNET)
            os._exit(0)
        except OSError:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def synchronise_with_teardown():
    """Returns when the kernel has torn down every network namespace that was given up before. It does
    so on a thread of its own (cleanup_net()), batch by batch: with a namespace's end its veth goes,
    of which the other end tells; one made after that is in a later batch. These are another user's,
    so that they count for nobody."""
    _libc.syscall(SYS_MEMBARRIER, MEMBARRIER_CMD_GLOBAL, 0, 0)  # some references wait for RCU
    for _ in range(2):
        links = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)  # NETLINK_ROUTE
        links.bind((0, 1))  # RTMGRP_LINK
        alive, done = os.pipe(), os.pipe()
        child = os.fork()
        if child == 0:
            os.setgid(1)
            os.setuid(1)
            unshare(CLONE_NEWUSER | CLONE_NEWNET)
            os.write(alive[1], b"1")
            os.close(done[1])
            os.read(done[0], 1)
            os._exit(0)
        os.read(alive[0], 1)
        subprocess.run(["ip", "link", "add", "witness", "type", "veth", "peer", "name", "w", "netns",
                        str(child)], check=True)
        for fd in (*alive, *done):
            os.close(fd)
        os.waitpid(child, 0)
        gone = False
        while not gone:
            data = links.recv(65536)
            while len(data) >= 16:
                length, kind = struct.unpack_from("=IH", data)
                gone = gone or (kind == 17 and b"witness" in data[:length])  # RTM_DELLINK
                data = data[(length + 3) & ~3:]
        links.close()


def network_namespaces_left(own, user=0, rounds=50):
    """Whether more than `own` network namespaces that `user` has made are still there after the kernel
    has caught up; how often it had to be waited for comes with it."""
    place = pathlib.Path("/proc/sys/user/max_net_namespaces")
    normal = place.read_text()
    try:
        for waited in range(1, rounds + 1):
            place.write_text(normal)
            synchronise_with_teardown()
            if _network_namespaces_of(user, own + 1):
                return False, waited
        return True, rounds
    finally:
        place.write_text(normal)


def count_network_namespaces(user=0):
    """How many network namespaces that `user` has made are there, after the kernel has caught up."""
    synchronise_with_teardown()
    place = pathlib.Path("/proc/sys/user/max_net_namespaces")
    normal = place.read_text()
    try:
        # Where one more is refused there are as many as the limit; nothing is made before that.
        count = 0
        while not _network_namespaces_of(user, count + 1):
            count += 1
        return count
    finally:
        place.write_text(normal)


def orphaned_sockets():
    """TCP sockets of the whole machine that no process has any more."""
    line = next(line for line in pathlib.Path("/proc/net/sockstat").read_text().splitlines()
                if line.startswith("TCP:"))
    return int(line.split()[line.split().index("orphan") + 1])


def limits(**values):
    """A preexec_fn that sets resource limits: limits(NOFILE=20)."""
    def apply():
        for name, value in values.items():
            kind = getattr(resource, "RLIMIT_" + name)
            resource.setrlimit(kind, (value, value))
    return apply

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_REFUSED_CALLS_H_
#define HALFOPEN_HARNESS_RUNNER_REFUSED_CALLS_H_

namespace halfopen {

// Has the kernel refuse (EPERM) to this process, and to all that it starts, the system calls that
// no scenario needs and that are about the machine as a whole: kernel modules and kexec, reboot,
// swap, clocks, mounts, BPF, performance counters, keys, files by handle (seccomp(2)). Capabilities
// keep from most of them already; this keeps from what a kernel's own mistakes would make of the
// rest. From here on no execve(2) gives a privilege either (PR_SET_NO_NEW_PRIVS).
//
// Measured (bench_refused_calls): the fastest call of all, getppid(2), takes 1.3 times as long (80
// ns more), a byte through a TCP connection no longer than before. Throws EnvironmentError.
void RefuseForeignCalls();

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_REFUSED_CALLS_H_

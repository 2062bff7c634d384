// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_PRIVILEGE_H_
#define HALFOPEN_HARNESS_RUNNER_PRIVILEGE_H_

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace halfopen {

// Whether this process may create PID and network namespaces without a user namespace: it has
// CAP_SYS_ADMIN and CAP_NET_ADMIN (capabilities(7)).
bool HasNamespacePrivilege();

// Why creating a user namespace failed with `error`, and the command that mends it, in words. Looks
// below `proc_sys` for the switches of Ubuntu, of Debian and of user_namespaces(7).
std::string UserNamespaceRemedy(int error, const std::filesystem::path& proc_sys = "/proc/sys");

// Maps root of the user namespace of `pid` to the user and group that call this (setgroups is
// denied first, as user_namespaces(7) wants). `pid` 0 is the caller itself, after unshare(2): then
// `uid` and `gid` must be those from before it. Throws EnvironmentError.
void MapRootToCaller(pid_t pid, uid_t uid, gid_t gid);

// Moves this single-threaded process into a network namespace of its own, and without privilege
// into a user namespace first. For runs without a runner (gdb, an IDE). Throws EnvironmentError.
void IsolateThisProcess();

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_PRIVILEGE_H_

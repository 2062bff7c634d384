// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_MOUNT_TREE_H_
#define HALFOPEN_HARNESS_RUNNER_MOUNT_TREE_H_

#include <filesystem>
#include <map>

namespace halfopen {

// What a scenario and its programs see of the file system. Both are called in a mount namespace
// that is the caller's own (mount_namespaces(7)): nothing of it appears in any other. Both throw
// EnvironmentError.

// Makes everything read-only, without devices and without set-user-ID (mount_setattr(2)), but the
// folders of `writable`: where each is to be seen, and which folder of now that is; places in /run
// are made. /dev is left with null, zero, full, random, urandom and tty, and /run with nothing:
// what listens there (a Docker, a D-Bus) would act for whoever may connect.
void HoldBackTree(const std::map<std::filesystem::path, std::filesystem::path>& writable);

// Mounts a /proc of the caller's own PID namespace, in which no other process is to be seen, and
// only /proc/sys/net can be written to: that is of the network namespace of whoever writes. False
// where the kernel refuses one, as in containers that hide a part of theirs: /proc is as before.
bool MountOwnProc();

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_MOUNT_TREE_H_

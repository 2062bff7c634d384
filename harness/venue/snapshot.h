// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_SNAPSHOT_H_
#define HALFOPEN_HARNESS_VENUE_SNAPSHOT_H_

#include <filesystem>
#include <functional>
#include <string>

#include "harness/venue/kernel.h"

namespace halfopen {

// A booted guest that waits for its payload, in two files: its RAM, which resumed guests map
// copy-on-write, and the state of its devices.
struct Snapshot {
  std::filesystem::path ram;
  std::filesystem::path state;
};

// The kernel's snapshot in the cache; boots the kernel and takes one if there is none, or if what
// it was made of has changed since (the kernel, its modules, QEMU, the machine, the guest's first
// process). It serves every binary. `tell` hears one line before something slow begins. Throws
// EnvironmentError with the end of the guest's console; MissingCapability for a kernel that lacks
// what the guest needs. Several processes may call it for one kernel at the same time.
Snapshot SnapshotOf(const Kernel& kernel, const std::function<void(const std::string&)>& tell);

// The last lines of a console, for an error message.
std::string TailOf(const std::string& console);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_SNAPSHOT_H_

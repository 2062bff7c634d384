// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_SNAPSHOT_H_
#define HALFOPEN_HARNESS_VENUE_SNAPSHOT_H_

#include <filesystem>
#include <functional>
#include <string>
#include <utility>

#include "harness/venue/kernel.h"
#include "netns/error.h"
#include "netns/fd.h"

namespace halfopen {

// A booted guest that waits for its payload, in two files: its RAM, which resumed guests map
// copy-on-write, and the state of its devices.
struct Snapshot {
  std::filesystem::path ram;
  std::filesystem::path state;
  Fd in_use;  // nobody removes the files while this is open
};

// A kernel that was booted and did not come up; what() says why, but for its console.
class BootError : public EnvironmentError {
 public:
  BootError(const std::string& kernel, const std::string& why, std::string console)
      : EnvironmentError("boot", kernel, 0, why), console_(std::move(console)) {}
  // All that QEMU and the guest printed.
  const std::string& console() const { return console_; }

 private:
  std::string console_;
};

// The kernel's snapshot in the cache; boots the kernel and takes one if there is none, if it is
// damaged, or if what it was made of has changed since (the kernel, its modules, QEMU, the machine,
// the guest's first process). It serves every binary. `tell` hears one line before something slow
// begins; `interrupt` is a descriptor that ends the boot once it is readable, as EINTR. Throws
// BootError; EnvironmentError, when the cache may not be written or the disk is full;
// MissingCapability for a kernel that lacks what the guest needs. Several processes may call it for
// one kernel at the same time.
Snapshot SnapshotOf(const Kernel& kernel, const std::function<void(const std::string&)>& tell,
                    int interrupt = -1);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_SNAPSHOT_H_

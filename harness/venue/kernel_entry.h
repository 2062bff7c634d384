// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_KERNEL_ENTRY_H_
#define HALFOPEN_HARNESS_VENUE_KERNEL_ENTRY_H_

#include <cstdint>
#include <filesystem>
#include <string>

#include "harness/venue/kernel.h"

namespace halfopen {

// A kernel's folder in the cache: vmlinux, config and modules/, and kernel.json, which is written
// last and says what belongs to it. Later others keep there what they derive from the kernel.
struct KernelEntry {
  Kernel kernel;
  std::string damage;        // what is wrong with it, in words; empty: it is whole
  std::uintmax_t bytes = 0;  // on disk, with what is derived from it
  bool snapshot = false;     // has been booted
};

// Reads the entry in `folder` and holds every file against the size it had when it was added.
KernelEntry ReadKernelEntry(const std::filesystem::path& folder);

// Writes kernel.json for the files that lie in `folder`. Throws EnvironmentError.
void WriteKernelRecord(const std::filesystem::path& folder, const std::string& name,
                       const std::string& release);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_KERNEL_ENTRY_H_

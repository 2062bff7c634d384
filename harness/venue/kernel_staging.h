// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_KERNEL_STAGING_H_
#define HALFOPEN_HARNESS_VENUE_KERNEL_STAGING_H_

#include <filesystem>
#include <functional>
#include <string>

#include "netns/fd.h"

namespace halfopen {

// The place in the cache where a new entry is made before it appears there whole. Only one process
// at a time has such a place.
class KernelStaging {
 public:
  // Makes the cache if need be, waits until no other process adds a kernel, and removes what killed
  // ones left.
  // Throws EnvironmentError.
  KernelStaging(const std::filesystem::path& cache,
                const std::function<void(const std::string&)>& tell);
  ~KernelStaging();
  KernelStaging(const KernelStaging&) = delete;
  KernelStaging& operator=(const KernelStaging&) = delete;

  // Removed with everything in it when this is destroyed.
  const std::filesystem::path& folder() const { return folder_; }
  // The future entry, an empty folder within it.
  std::filesystem::path entry() const { return folder_ / "entry"; }

  // Brings the entry to the disk and then to its place in the cache, where it replaces what was
  // there. Throws EnvironmentError.
  void Publish(const std::filesystem::path& place);

 private:
  std::filesystem::path cache_;
  std::filesystem::path folder_;
  Fd lock_;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_KERNEL_STAGING_H_

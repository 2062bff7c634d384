// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_KERNEL_STORE_H_
#define HALFOPEN_HARNESS_VENUE_KERNEL_STORE_H_

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "harness/venue/kernel.h"
#include "harness/venue/kernel_entry.h"

namespace halfopen {

// The cache of kernels that guests boot. Several processes may use one cache at a time: an entry
// appears whole or not at all, and nothing in it is changed later (what is derived from a kernel is
// added).
class KernelStore {
 public:
  // $XDG_CACHE_HOME/halfopen/kernels, or ~/.cache/halfopen/kernels. Makes nothing. Throws
  // EnvironmentError if neither XDG_CACHE_HOME nor HOME says where.
  static KernelStore InCache();
  // `cache` is an absolute path.
  explicit KernelStore(std::filesystem::path cache);

  const std::filesystem::path& cache() const { return cache_; }

  // All that is there, damaged entries too, by name.
  std::vector<KernelEntry> Entries() const;
  // The kernels that can be used.
  std::vector<Kernel> List() const;
  // The kernel that was added as `name`. Throws EnvironmentError with the remedy if it is not there
  // or is damaged.
  Kernel Find(const std::string& name) const;
  // Finds it or else downloads it and unpacks it into the cache: the newest kernel of Debian that
  // "debian-6.12" or "debian-6.1.0-56" means. `tell` hears what is being done. Throws
  // EnvironmentError, MissingCapability.
  Kernel Add(const std::string& name, const std::function<void(const std::string&)>& tell);
  // A kernel of the user's own: a bzImage or vmlinux, and the folder that has its modules.dep
  // (empty: all is built in). What is unpacked of it is kept until the same path holds another
  // image, or has other modules. Throws EnvironmentError, MissingCapability.
  Kernel FromFiles(const std::filesystem::path& image, const std::filesystem::path& modules);

 private:
  std::filesystem::path cache_;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_KERNEL_STORE_H_

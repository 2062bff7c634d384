// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "harness/runner/commands.h"
#include "harness/runner/invoking_user.h"
#include "harness/venue/debian_kernel.h"
#include "harness/venue/kernel_store.h"

namespace halfopen {
namespace {

std::string StateOf(const KernelEntry& entry) {
  if (entry.damage.empty()) return entry.snapshot ? "usable, booted" : "usable";
  const std::string& name = entry.kernel.name;
  return fmt::format("damaged ({}); {}", entry.damage,
                     DebianVersion(name) ? "run: halfopen kernels add " + name
                                         : "it is made anew when a run uses it");
}

int ListKernels(const KernelStore& store) {
  const std::vector<KernelEntry> entries = store.Entries();
  if (entries.empty()) {
    fmt::print("no kernel in {}; run: halfopen kernels add debian-6.12\n", store.cache().string());
    return 0;
  }
  std::size_t name_width = 0;
  std::size_t release_width = 0;
  for (const KernelEntry& entry : entries) {
    name_width = std::max(name_width, entry.kernel.name.size());
    release_width = std::max(release_width, entry.kernel.release.size());
  }
  for (const KernelEntry& entry : entries) {
    fmt::print("{:<{}}  {:<{}}  {:>4.0f} MB  {}\n", entry.kernel.name, name_width,
               entry.kernel.release, release_width, static_cast<double>(entry.bytes) / 1e6,
               StateOf(entry));
  }
  return 0;
}

}  // namespace

int KernelsCommand(const std::optional<std::string>& add) {
  KernelStore store = KernelStore::InCache();
  BecomeInvokingUser({store.cache()});
  if (!add) return ListKernels(store);
  const Kernel kernel = store.Add(*add, [](const std::string& what) {
    fmt::print("{}\n", what);
    std::fflush(stdout);
  });
  fmt::print("{} is {}, in {}\n", kernel.name, kernel.release, kernel.folder.string());
  return 0;
}

}  // namespace halfopen

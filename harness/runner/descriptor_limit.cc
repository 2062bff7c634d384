// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/descriptor_limit.h"

#include <sys/resource.h>

#include <optional>

namespace halfopen {
namespace {

std::optional<rlimit>& Started() {
  static std::optional<rlimit> limit;
  return limit;
}

}  // namespace

void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  Started() = limit;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void RestoreDescriptorLimit() {
  if (Started()) setrlimit(RLIMIT_NOFILE, &*Started());
}

}  // namespace halfopen

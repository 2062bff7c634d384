// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/run_context.h"

namespace halfopen {

RunContext& CurrentRun() {
  static RunContext context;
  return context;
}

std::function<void(const std::filesystem::path&)>& SalvageHook() {
  static std::function<void(const std::filesystem::path&)> hook = [](const std::filesystem::path&) {
  };
  return hook;
}

}  // namespace halfopen

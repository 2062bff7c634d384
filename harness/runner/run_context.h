// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_RUN_CONTEXT_H_
#define HALFOPEN_HARNESS_RUNNER_RUN_CONTEXT_H_

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace halfopen {

// Which timers a run uses: shortened by socket options and namespaced sysctls, or the kernel's own.
enum class Profile { kFast, kDefault };

// What the runner tells the scenario that runs in this process, and what the scenario tells back.
// Written before the scenario starts and by the scenario's main thread; not thread-safe but for
// `waiting_for`, which may be called from any thread.
struct RunContext {
  // From the runner.
  Profile profile = Profile::kFast;
  std::filesystem::path evidence;  // the scenario's own folder, existing; empty: keep none
  int withheld_cause = -1;         // control run: index of the cause to withhold, in naming order
  bool require_capabilities = false;  // --require: a missing capability is an error, not a skip
  std::function<void(const std::string&)> waiting_for = [](const std::string&) {};

  // From the scenario.
  std::vector<std::string> causes;  // every cause named so far, in order (withheld ones too)
  std::string error;  // set: the environment failed or the story threw; the verdict is "error"
  std::string skip;   // set: a capability is missing; the verdict is "skipped"
};

// The context of the scenario that this process runs.
RunContext& CurrentRun();

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_RUN_CONTEXT_H_

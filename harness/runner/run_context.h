// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_RUN_CONTEXT_H_
#define HALFOPEN_HARNESS_RUNNER_RUN_CONTEXT_H_

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/expect/mutant.h"
#include "harness/record/live_evidence.h"

namespace halfopen {

// Which timers a run uses: shortened by socket options and namespaced sysctls, or the kernel's own.
enum class Profile { kFast, kDefault };

// What the runner tells the scenario that runs in this process, and what the scenario tells back.
// Written before the scenario starts and by the scenario's main thread; not thread-safe but for
// `waiting_for` and `give_up`, which may be called from any thread.
struct RunContext {
  // From the runner.
  Profile profile = Profile::kFast;
  std::filesystem::path evidence;      // the scenario's own folder, existing; empty: keep none
  const LiveEvidence* live = nullptr;  // where evidence grows; null: in its folder at once
  int withheld_cause = -1;  // control run: index of the cause to withhold, in naming order
  bool require_capabilities = false;  // --require: a missing capability is an error, not a skip
  bool virtual_time = false;          // the clock is a guest's that counts instructions
  bool mutate = false;                // --mutate: judge the mutants of each expectation
  std::string mutant;                 // --mutant: the name of the one to apply; empty: none
  std::map<std::string, std::string> sysctls;  // --sysctl: of every host, over the profile's
  // Tells what the scenario waits for now ("client.Await(CLOSE-WAIT)"); empty: for nothing.
  std::function<void(const std::string&)> waiting_for = [](const std::string&) {};
  // Tells that the CPU-heavy set-up is over, so that the next scenario may begin with its own.
  std::function<void()> set_up_done = [] {};
  // Ends this process where a runner watches it: an error, for the reason that is given. The story
  // may be waiting for what will never come.
  std::function<void(const std::string&)> give_up = [](const std::string&) {};

  std::optional<int> cpu;  // where the story is to stay; none: wherever it comes
  // Where a story in real time adds up how long it was held up (fixtures/hold_up.h); null: nowhere.
  std::atomic<std::int64_t>* held_up = nullptr;

  // From the scenario.
  std::vector<std::string> causes;  // every cause named so far, in order (withheld ones too)
  std::string error;  // set: the environment failed or the story threw; the verdict is "error"
  std::string skip;   // set: a capability is missing; the verdict is "skipped"
  std::optional<MutationScore> mutation;  // of a run that judges mutants
  bool other_kernel = false;  // the skip is no missing capability: the story is about other kernels
};

// The context of the scenario that this process runs.
RunContext& CurrentRun();

// Called by the runner on the folder of a scenario that ended without finishing its evidence (a
// crash, a timeout, an interrupt). Does nothing until something is assigned to it.
std::function<void(const std::filesystem::path&)>& SalvageHook();

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_RUN_CONTEXT_H_

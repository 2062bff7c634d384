// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_SCHEDULE_H_
#define HALFOPEN_HARNESS_RUNNER_SCHEDULE_H_

#include <map>
#include <string>
#include <vector>

#include "harness/report/result.h"
#include "harness/runner/registry.h"
#include "harness/runner/run_options.h"

namespace halfopen {

// One run of one scenario that is to be made.
struct PlannedRun {
  ScenarioInfo scenario;
  int repeat = 1;
  int withheld_cause = -1;    // control run: which cause, in naming order
  std::string withheld_name;  // its words
  Duration timeout{};         // zero: none

  // The name of the folder that the run leaves behind: "Suite.Name.IPv4", ".control-1" for the
  // control run of the first cause, ".2" for the second run.
  std::string FolderName() const;
};

// What is to be said of a run that has no result of its own: an error, for this reason.
ScenarioResult ErrorFor(const PlannedRun& run, const std::string& reason);

// Whether `name` is one that FolderName can have made.
bool IsRunFolderName(const std::string& name);

// The seconds that each test ("Suite.Name/IPv4") took in an earlier run.
using Durations = std::map<std::string, double>;

// A part of a run that is spread over several machines; GoogleTest's rule: every `total`th test,
// beginning with the `index`th of those that the filter selects.
struct Shard {
  int total = 1;
  int index = 0;
  // GTEST_TOTAL_SHARDS and GTEST_SHARD_INDEX; creates GTEST_SHARD_STATUS_FILE. Throws
  // std::invalid_argument when they make no sense.
  static Shard FromEnvironment();
};

// The scenarios that the filters, the family and the profile select, in the order of registration.
std::vector<ScenarioInfo> SelectScenarios(const RunOptions& options,
                                          const std::vector<ScenarioInfo>& scenarios);

// What to run, in this order: those of unknown duration first, then the slowest first (the run
// ends with its slowest scenario, which had better not begin last), or shuffled. Repeats of a
// scenario follow one another round by round.
std::vector<PlannedRun> Plan(const RunOptions& options, const std::vector<ScenarioInfo>& selected,
                             const Shard& shard, const Durations& earlier);

// The control runs of a run that passed after `seconds` and named `causes`.
std::vector<PlannedRun> PlanControls(const PlannedRun& run, const std::vector<std::string>& causes,
                                     double seconds);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_SCHEDULE_H_

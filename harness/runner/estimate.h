// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_ESTIMATE_H_
#define HALFOPEN_HARNESS_RUNNER_ESTIMATE_H_

#include <string>
#include <vector>

#include "harness/runner/run_options.h"
#include "harness/runner/schedule.h"
#include "netns/clock.h"

namespace halfopen {

// How long a run takes, as far as earlier runs tell.
struct Estimate {
  Duration known{0};    // all that is known, as many side by side as there are jobs
  std::string longest;  // the test that takes longest of them: "Suite.Name/IPv4"
  std::size_t runs = 0;
  std::size_t unknown = 0;  // runs of which nothing is known
};

// Of a plan that runs in its order, `options.jobs` at once. Controls, which follow a run and end at
// the latest with PlanControls' timeout, count with the runs that they follow.
Estimate EstimateRun(const std::vector<PlannedRun>& plan, const Durations& earlier,
                     const RunOptions& options);

// In one line what a run in real time is in for:
//   --profile default in real time: about 7 h 22 min, as earlier runs took
//   (KeepaliveTimer.…/IPv4 is the longest)
// and where something is unknown, the longest of the profile's timers.
std::string DescribeEstimate(const Estimate& estimate, const RunOptions& options);

// "45 s", "12 min", "2 h 12 min": beyond two minutes rounded up to whole ones.
std::string RoughDuration(Duration duration);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_ESTIMATE_H_

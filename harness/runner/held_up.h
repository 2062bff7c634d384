// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_HELD_UP_H_
#define HALFOPEN_HARNESS_RUNNER_HELD_UP_H_

#include <chrono>
#include <optional>

#include "harness/report/result.h"
#include "harness/runner/run_options.h"
#include "harness/runner/schedule.h"
#include "netns/clock.h"

namespace halfopen {

// TCP_RTO_MIN of include/net/tcp.h. A story that was held up for less in all cannot have been
// overtaken by a retransmission.
constexpr Duration kShortestRetransmissionTimeout = std::chrono::milliseconds(200);

// How often a scenario is run at most until it was not held up, or passes.
constexpr int kMostTries = 4;

// A red run whose story the machine held up for longer than that shows nothing about TCP. Makes
// `result` say so, and returns the run that is to be made in its place, under a repeat number of
// its own; of the last try, or of what ended otherwise, nothing. Never of a control run or of one
// with --mutant, which are to be red, nor of one that mutants survived.
std::optional<PlannedRun> RunInPlaceOf(const PlannedRun& run, const RunOptions& options,
                                       ScenarioResult& result);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_HELD_UP_H_

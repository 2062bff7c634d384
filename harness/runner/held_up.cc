// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/held_up.h"

#include <fmt/format.h>

namespace halfopen {

std::optional<PlannedRun> RunInPlaceOf(const PlannedRun& run, const RunOptions& options,
                                       ScenarioResult& result) {
  const bool red = result.verdict == Verdict::kFailed || result.verdict == Verdict::kTimedOut;
  if (!red || run.withheld_cause >= 0 || !options.mutant.empty()) return std::nullopt;
  // What survives was held against this run's own record, whatever the machine did meanwhile.
  if (result.mutation && result.mutation->killed < result.mutation->mutants) return std::nullopt;
  const std::chrono::duration<double> held_up(result.held_up_seconds);
  if (held_up < kShortestRetransmissionTimeout) return std::nullopt;

  std::string words = fmt::format(
      "the machine held the story up for {:.0f} ms (TCP's shortest retransmission timeout is {} "
      "ms)",
      held_up.count() * 1e3,
      std::chrono::duration_cast<std::chrono::milliseconds>(kShortestRetransmissionTimeout)
          .count());
  if (!result.reason.empty()) words = result.reason + "; " + words;
  std::optional<PlannedRun> next;
  // Of each repeat the tries are so far apart in their numbers.
  const int tries = (run.repeat - 1) / options.repeat + 1;
  if (tries < kMostTries) {
    next = run;
    next->repeat += options.repeat;
    result.verdict = Verdict::kHeldUp;
    words += fmt::format(": no finding, run {} takes its place", next->repeat);
  } else {
    words += fmt::format(", as in {} runs before it: try again when it has less to do", tries - 1);
  }
  result.reason = words;
  return next;
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_KEPT_REPEATS_H_
#define HALFOPEN_HARNESS_RUNNER_KEPT_REPEATS_H_

#include <set>
#include <string>
#include <tuple>

#include "harness/report/result.h"
#include "harness/runner/run_options.h"

namespace halfopen {

// Which repeats of a scenario keep their evidence: all that did not end as they should, and the
// first of the others. Ten thousand alike would only fill the disk. Not thread-safe.
class KeptRepeats {
 public:
  explicit KeptRepeats(const RunOptions& options) : all_(options.keep || options.repeat == 1) {}

  // Whether this one keeps nothing but its result.json. Call once for each result.
  bool IsToldAlready(const ScenarioResult& result);

 private:
  const bool all_;
  std::set<std::tuple<std::string, std::string, std::string, Verdict>> told_;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_KEPT_REPEATS_H_

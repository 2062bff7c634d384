// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/kept_repeats.h"

namespace halfopen {

bool KeptRepeats::IsToldAlready(const ScenarioResult& result) {
  if (all_ || !result.AsExpected() || result.verdict == Verdict::kHeldUp) return false;
  return !told_
              .emplace(result.scenario.TestName(), result.kernel, result.control.value_or(""),
                       result.verdict)
              .second;
}

}  // namespace halfopen

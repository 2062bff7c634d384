// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/unexpected.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace halfopen {
namespace {

using testing::ElementsAre;

TEST(Unexpected, FindingsComeBeforeErrorsAndInterruptionsNotAtAll) {
  RunReport report;
  for (const Verdict verdict : {Verdict::kError, Verdict::kPassed, Verdict::kFailed,
                                Verdict::kError, Verdict::kTimedOut, Verdict::kSkipped}) {
    ScenarioResult result;
    result.verdict = verdict;
    result.repeat = static_cast<int>(report.results.size());
    report.results.push_back(result);
  }
  report.results[3].reason = "interrupted";
  const auto repeats = [&] {
    std::vector<int> numbers;
    for (const ScenarioResult* result : Unexpected(report)) numbers.push_back(result->repeat);
    return numbers;
  };
  EXPECT_THAT(repeats(), ElementsAre(2, 4, 0, 3));
  report.interrupted = true;
  EXPECT_THAT(repeats(), ElementsAre(2, 4, 0));
}

}  // namespace
}  // namespace halfopen

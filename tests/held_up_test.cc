// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/held_up.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/report/console.h"
#include "harness/report/junit.h"

namespace halfopen {
namespace {

using testing::HasSubstr;

PlannedRun Planned(int repeat = 1) {
  PlannedRun run;
  run.scenario.suite = "Syn";
  run.scenario.name = "Lost";
  run.repeat = repeat;
  return run;
}

ScenarioResult ResultOf(Verdict verdict, double held_up_seconds) {
  ScenarioResult result;
  result.scenario = Planned().scenario;
  result.verdict = verdict;
  result.held_up_seconds = held_up_seconds;
  return result;
}

TEST(RunInPlaceOf, IsWantedOfARedRunThatWasHeldUp) {
  for (const Verdict verdict : {Verdict::kFailed, Verdict::kTimedOut}) {
    ScenarioResult result = ResultOf(verdict, 0.2);
    const std::optional<PlannedRun> next = RunInPlaceOf(Planned(), {}, result);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->FolderName(), "Syn.Lost.IPv4.2");
    EXPECT_EQ(result.verdict, Verdict::kHeldUp);
    EXPECT_EQ(result.reason,
              "the machine held the story up for 200 ms (TCP's shortest retransmission timeout is "
              "200 ms): no finding, run 2 takes its place");
  }
}

TEST(RunInPlaceOf, IsNotWantedOfAnythingElse) {
  for (const Verdict verdict :
       {Verdict::kPassed, Verdict::kSkipped, Verdict::kError, Verdict::kCrashed}) {
    ScenarioResult result = ResultOf(verdict, 5);
    EXPECT_FALSE(RunInPlaceOf(Planned(), {}, result)) << ToString(verdict);
    EXPECT_EQ(result.verdict, verdict);
  }
  ScenarioResult in_time = ResultOf(Verdict::kFailed, 0.199);
  EXPECT_FALSE(RunInPlaceOf(Planned(), {}, in_time));
  EXPECT_EQ(in_time.verdict, Verdict::kFailed);
  EXPECT_EQ(in_time.reason, "");
}

TEST(RunInPlaceOf, IsNotWantedOfWhatIsToBeRed) {
  PlannedRun control = Planned();
  control.withheld_cause = 0;
  ScenarioResult result = ResultOf(Verdict::kFailed, 5);
  EXPECT_FALSE(RunInPlaceOf(control, {}, result));
  RunOptions mutant;
  mutant.mutant = "1-2";
  EXPECT_FALSE(RunInPlaceOf(Planned(), mutant, result));
  EXPECT_EQ(result.verdict, Verdict::kFailed);
}

TEST(RunInPlaceOf, IsNotWantedOfWhatAMutantSurvived) {
  ScenarioResult result = ResultOf(Verdict::kFailed, 5);
  result.mutation = MutationScore{.mutants = 3, .killed = 2};
  EXPECT_FALSE(RunInPlaceOf(Planned(), {}, result));
  EXPECT_EQ(result.verdict, Verdict::kFailed);
  result.mutation->killed = 3;
  EXPECT_TRUE(RunInPlaceOf(Planned(), {}, result));
}

TEST(RunInPlaceOf, ComesToAnEnd) {
  RunOptions options;
  options.repeat = 3;
  PlannedRun run = Planned(2);
  for (const int repeat : {5, 8, 11}) {
    ScenarioResult result = ResultOf(Verdict::kFailed, 1);
    const std::optional<PlannedRun> next = RunInPlaceOf(run, options, result);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->repeat, repeat);
    run = *next;
  }
  ScenarioResult last = ResultOf(Verdict::kTimedOut, 1);
  last.reason = "timed out after 3 s";
  EXPECT_FALSE(RunInPlaceOf(run, options, last));
  EXPECT_EQ(last.verdict, Verdict::kTimedOut);
  EXPECT_THAT(last.reason, HasSubstr("timed out after 3 s; the machine held the story up for 1000 "
                                     "ms"));
  EXPECT_THAT(last.reason, HasSubstr("as in 3 runs before it"));
}

TEST(HeldUp, IsToldAndDecidesNothing) {
  RunReport report;
  ScenarioResult result = ResultOf(Verdict::kFailed, 0.5);
  RunInPlaceOf(Planned(), {}, result);
  report.results = {result, ResultOf(Verdict::kPassed, 0)};
  report.results[1].repeat = 2;
  EXPECT_EQ(ExitCode(report), 0);
  const Tally tally = Count(report.results);
  EXPECT_EQ(tally.held_up, 1);
  EXPECT_EQ(tally.passed, 1);
  EXPECT_EQ(tally.failed, 0);
  EXPECT_THAT(DescribeResult(result, {}), HasSubstr("held up    Syn.Lost/IPv4"));
  EXPECT_THAT(DescribeResult(result, {}), HasSubstr("run 2 takes its place"));
  EXPECT_THAT(DescribeRun(report, {}), HasSubstr("1 held up by the machine"));
  EXPECT_THAT(JUnitXml(report, 0), HasSubstr("<skipped message=\"the machine held the story up"));
}

}  // namespace
}  // namespace halfopen

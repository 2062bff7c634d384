// SPDX-License-Identifier: GPL-2.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/runner/estimate.h"

namespace halfopen {
namespace {

using namespace std::chrono_literals;

std::vector<PlannedRun> PlanOf(const std::vector<std::string>& names) {
  std::vector<PlannedRun> plan;
  for (const std::string& name : names) {
    PlannedRun run;
    run.scenario.suite = "S";
    run.scenario.name = name;
    run.scenario.ip = IpFamily::kIpv4;
    plan.push_back(run);
  }
  return plan;
}

RunOptions WithJobs(int jobs) {
  RunOptions options;
  options.profile = Profile::kDefault;
  options.jobs = jobs;
  return options;
}

const Durations kEarlier{{"S.A/IPv4", 100}, {"S.B/IPv4", 60}, {"S.C/IPv4", 50}};

TEST(Estimate, IsTheLongestWhereAllRunSideBySide) {
  const Estimate estimate = EstimateRun(PlanOf({"A", "B", "C"}), kEarlier, WithJobs(3));
  EXPECT_EQ(estimate.known, 100s);
  EXPECT_EQ(estimate.longest, "S.A/IPv4");
  EXPECT_EQ(estimate.unknown, 0u);
}

TEST(Estimate, CountsWhatHasToWaitForAJob) {
  EXPECT_EQ(EstimateRun(PlanOf({"A", "B", "C"}), kEarlier, WithJobs(2)).known, 110s);
  EXPECT_EQ(EstimateRun(PlanOf({"A", "B", "C"}), kEarlier, WithJobs(1)).known, 210s);
}

TEST(Estimate, CountsTheControlsBehindTheirRuns) {
  RunOptions options = WithJobs(3);
  options.control = true;
  EXPECT_EQ(EstimateRun(PlanOf({"A"}), kEarlier, options).known, 100s + 153s);
}

TEST(Estimate, TellsOfHowManyNothingIsKnown) {
  const Estimate estimate = EstimateRun(PlanOf({"A", "X", "Y"}), kEarlier, WithJobs(3));
  EXPECT_EQ(estimate.unknown, 2u);
  EXPECT_EQ(
      DescribeEstimate(estimate, WithJobs(3)),
      "--profile default in real time: at least 100 s, as earlier runs took (S.A/IPv4 is the "
      "longest); nothing is known of 2 of 3 runs; the longest timer is keepalive's, 7200 s + 9 x "
      "75 s = 2 h 12 min, for which a story may wait more than once");
}

TEST(Estimate, TellsInOneLine) {
  EXPECT_EQ(DescribeEstimate({26'510s, "S.A/IPv4", 134, 0}, WithJobs(3)),
            "--profile default in real time: about 7 h 22 min, as earlier runs took (S.A/IPv4 is "
            "the longest)");
  EXPECT_THAT(
      DescribeEstimate({0s, "", 4, 4}, WithJobs(3)),
      testing::StartsWith("--profile default in real time: nothing is known of 4 of 4 runs; "));
}

TEST(RoughDuration, RoundsUpToMinutes) {
  EXPECT_EQ(RoughDuration(1500ms), "2 s");
  EXPECT_EQ(RoughDuration(119s), "119 s");
  EXPECT_EQ(RoughDuration(121s), "3 min");
  EXPECT_EQ(RoughDuration(7875s), "2 h 12 min");
  EXPECT_EQ(RoughDuration(3600s), "1 h 0 min");
}

}  // namespace
}  // namespace halfopen

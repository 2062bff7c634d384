// SPDX-License-Identifier: GPL-2.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <stdexcept>

#include "harness/runner/schedule.h"

namespace halfopen {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

ScenarioInfo Info(const char* name, IpFamily ip = IpFamily::kIpv4) {
  return {"S", name, "family", "file.cc", 1, ip};
}

std::vector<std::string> Names(const std::vector<PlannedRun>& plan) {
  std::vector<std::string> names;
  for (const PlannedRun& run : plan) names.push_back(run.scenario.name);
  return names;
}

const std::vector<ScenarioInfo> kFour{Info("A"), Info("B"), Info("C"), Info("D")};

TEST(Plan, BeginsWithTheUnknownAndThenTheSlowest) {
  const Durations earlier{{"S.A/IPv4", 1.0}, {"S.B/IPv4", 3.0}, {"S.C/IPv4", 2.0}};
  EXPECT_THAT(Names(Plan({}, kFour, {}, earlier)), ElementsAre("D", "B", "C", "A"));
}

TEST(Plan, KeepsTheOrderOfRegistrationWithoutDurations) {
  EXPECT_THAT(Names(Plan({}, kFour, {}, {})), ElementsAre("A", "B", "C", "D"));
}

TEST(Plan, ShardsLikeGoogleTest) {
  EXPECT_THAT(Names(Plan({}, kFour, {3, 0}, {})), ElementsAre("A", "D"));
  EXPECT_THAT(Names(Plan({}, kFour, {3, 1}, {})), ElementsAre("B"));
}

TEST(Plan, RepeatsRoundByRound) {
  RunOptions options;
  options.repeat = 2;
  const auto plan = Plan(options, {Info("A"), Info("B")}, {}, {});
  EXPECT_THAT(Names(plan), ElementsAre("A", "B", "A", "B"));
  EXPECT_EQ(plan[2].repeat, 2);
  EXPECT_EQ(plan[2].FolderName(), "S.A.IPv4.2");
}

TEST(Plan, ShuffleIsDecidedByItsSeed) {
  RunOptions options;
  options.shuffle_seed = 7;
  const auto first = Names(Plan(options, kFour, {}, {}));
  EXPECT_EQ(first, Names(Plan(options, kFour, {}, {})));
  EXPECT_THAT(first, testing::UnorderedElementsAre("A", "B", "C", "D"));
}

TEST(SelectScenarios, LeavesTimersThatNothingShortensOutOfAFastRun) {
  ScenarioInfo slow = Info("Slow");
  slow.default_profile_only = true;
  RunOptions options;
  EXPECT_EQ(SelectScenarios(options, {slow, Info("A")}).size(), 1U);
  options.profile = Profile::kDefault;
  EXPECT_EQ(SelectScenarios(options, {slow, Info("A")}).size(), 2U);
}

TEST(SelectScenarios, KnowsTheFamily) {
  RunOptions options;
  options.family = IpFamily::kIpv6;
  const auto selected = SelectScenarios(options, {Info("A"), Info("A", IpFamily::kIpv6)});
  ASSERT_EQ(selected.size(), 1U);
  EXPECT_EQ(selected[0].ip, IpFamily::kIpv6);
}

TEST(PlanControls, OnePerCauseWithATimeoutFromTheNormalRun) {
  PlannedRun run{Info("A"), 1, -1, {}, seconds(60)};
  const auto controls = PlanControls(run, {"x", "y"}, 2.0);
  ASSERT_EQ(controls.size(), 2U);
  EXPECT_EQ(controls[1].withheld_cause, 1);
  EXPECT_EQ(controls[1].withheld_name, "y");
  EXPECT_EQ(controls[1].timeout, seconds(6));
  EXPECT_EQ(controls[1].FolderName(), "S.A.IPv4.control-2");
  EXPECT_EQ(PlanControls(run, {"x"}, 100.0)[0].timeout, seconds(60));
  run.timeout = Duration::zero();
  EXPECT_EQ(PlanControls(run, {"x"}, 100.0)[0].timeout, seconds(153));
}

TEST(IsRunFolderName, AcceptsWhatFolderNameMakes) {
  for (const char* name :
       {"S.A.IPv4", "S.A.IPv6.control-12", "S.A.IPv4.3", "S.A.IPv4.control-1.2"}) {
    EXPECT_TRUE(IsRunFolderName(name)) << name;
  }
  for (const char* name : {"", "..", "src", "S.A", "S.A.IPv5", "a/S.A.IPv4", "S.A.IPv4.bak"}) {
    EXPECT_FALSE(IsRunFolderName(name)) << name;
  }
}

TEST(ShardFromEnvironment, RefusesNonsense) {
  setenv("GTEST_TOTAL_SHARDS", "2", 1);
  setenv("GTEST_SHARD_INDEX", "1", 1);
  EXPECT_EQ(Shard::FromEnvironment().index, 1);
  setenv("GTEST_SHARD_INDEX", "2", 1);
  EXPECT_THROW(Shard::FromEnvironment(), std::invalid_argument);
  setenv("GTEST_SHARD_INDEX", "x", 1);
  EXPECT_THROW(Shard::FromEnvironment(), std::invalid_argument);
  unsetenv("GTEST_TOTAL_SHARDS");
  unsetenv("GTEST_SHARD_INDEX");
}

TEST(ParseDuration, ReadsUnits) {
  EXPECT_EQ(ParseDuration("1s"), Duration(seconds(1)));
  EXPECT_EQ(ParseDuration("500ms"), Duration(milliseconds(500)));
  EXPECT_EQ(ParseDuration("1.5min"), Duration(seconds(90)));
  EXPECT_EQ(ParseDuration("0"), Duration::zero());
  for (const char* text : {"", "s", "-1s", "1x", "1 s", "inf", "nan", "1e99"}) {
    EXPECT_EQ(ParseDuration(text), std::nullopt) << text;
  }
}

TEST(FormatDuration, PrintsSecondsAndBelow) {
  EXPECT_EQ(FormatDuration(seconds(60)), "60 s");
  EXPECT_EQ(FormatDuration(milliseconds(1500)), "1.5 s");
  EXPECT_EQ(FormatDuration(milliseconds(250)), "250 ms");
}

}  // namespace
}  // namespace halfopen

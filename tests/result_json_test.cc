// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/result_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace halfopen {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ResultJson, ComesBackAsItWas) {
  ScenarioResult result;
  result.scenario = {"Rst", "Second", "rst", "scenarios/rst/rst.cc", 3, IpFamily::kIpv6};
  result.repeat = 4;
  result.control = "the server closes";
  result.verdict = Verdict::kTimedOut;
  result.vacuous = true;
  result.reason = "timed out";
  result.failures = {{"a.cc", 5, "differs"}, {"", 0, "no place"}};
  result.causes = {"one", "two"};
  result.seconds = 7875.123456;
  const ScenarioResult back = ResultFromJson(nlohmann::json::parse(ToJson(result).dump()));
  EXPECT_EQ(back.scenario.TestName(), "Rst.Second/IPv6");
  EXPECT_EQ(back.scenario.family, "rst");
  EXPECT_EQ(back.scenario.file, "scenarios/rst/rst.cc");
  EXPECT_EQ(back.scenario.line, 3);
  EXPECT_EQ(back.repeat, 4);
  EXPECT_EQ(back.control, "the server closes");
  EXPECT_EQ(back.verdict, Verdict::kTimedOut);
  EXPECT_TRUE(back.vacuous);
  EXPECT_EQ(back.reason, "timed out");
  ASSERT_EQ(back.failures.size(), 2U);
  EXPECT_EQ(back.failures[0].ToString(), "a.cc:5: Failure: differs");
  EXPECT_THAT(back.causes, ElementsAre("one", "two"));
  EXPECT_EQ(back.seconds, 7875.123456);
}

TEST(ResultJson, EveryVerdictComesBack) {
  for (const Verdict verdict :
       {Verdict::kPassed, Verdict::kFailed, Verdict::kSkipped, Verdict::kError, Verdict::kCrashed,
        Verdict::kTimedOut, Verdict::kHeldUp}) {
    ScenarioResult result;
    result.verdict = verdict;
    const ScenarioResult back = ResultFromJson(ToJson(result));
    EXPECT_EQ(back.verdict, verdict);
    EXPECT_FALSE(back.control);
  }
}

TEST(ResultJson, WhatIsNoResultIsAnError) {
  for (const char* text :
       {"null", "[]", "7", "{}", R"({"verdict": "splendid"})", R"({"verdict": {}})",
        R"({"suite": 1, "name": [], "line": "x", "ip": 4, "repeat": null, "vacuous": "yes",
            "reason": {}, "failures": {"a": 1}, "causes": ["a", 2], "seconds": []})"}) {
    const ScenarioResult result = ResultFromJson(nlohmann::json::parse(text));
    EXPECT_EQ(result.verdict, Verdict::kError) << text;
    EXPECT_EQ(result.repeat, 1) << text;
    EXPECT_THAT(result.causes, IsEmpty()) << text;
    EXPECT_THAT(result.failures, IsEmpty()) << text;
  }
}

}  // namespace
}  // namespace halfopen

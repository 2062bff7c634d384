// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/failed_differences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace halfopen {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::TestPartResult;

WireDifference Difference(const std::string& report) {
  return {.judged = {}, .summary = "the wire differs", .report = report, .lines = {}};
}

class FailedDifferencesTest : public testing::Test {
 protected:
  // What GoogleTest does when an expectation has failed, or a scenario is skipped.
  void Happens(TestPartResult::Type type, const std::string& message) {
    static_cast<testing::TestEventListener&>(differences_)
        .OnTestPartResult(TestPartResult(type, "story.cc", 7, message.c_str()));
  }
  void Fails(const std::string& message) { Happens(TestPartResult::kNonFatalFailure, message); }

  std::vector<std::string> heard_;
  FailedDifferences differences_{
      [this](const WireDifference& difference) { heard_.push_back(difference.report); }};
};

TEST_F(FailedDifferencesTest, AMatcherThatIsAskedTwiceFailsOnce) {
  Tell(Difference("one"));
  Tell(Difference("one"));
  EXPECT_THAT(heard_, IsEmpty());
  Fails("Value of: Wire()\n  Actual: as follows, one");
  Fails("Value of: Wire()\n  Actual: as follows, one");
  EXPECT_THAT(heard_, ElementsAre("one"));
  Tell(Difference("one"));
  Fails("as follows, one");
  EXPECT_THAT(heard_, ElementsAre("one", "one"));
}

TEST_F(FailedDifferencesTest, WhatIsNotInTheFailureHeld) {
  Tell(Difference("within Not()"));
  Tell(Difference("it"));
  Fails("as follows, it");
  Tell(Difference("skipped"));
  Happens(TestPartResult::kSkip, "skipped");
  Happens(TestPartResult::kSuccess, "skipped");
  EXPECT_THAT(heard_, ElementsAre("it"));
}

}  // namespace
}  // namespace halfopen

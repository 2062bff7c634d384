// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>

namespace halfopen {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Not;

TEST(CallMatcherTest, MeasuresTimersFromWhenTheyWereArmed) {
  const TimePoint armed = Clock::now() - seconds(2);
  Call call;
  call.result = -1;
  call.error = ETIMEDOUT;
  call.begin = armed + milliseconds(100);
  call.end = armed + milliseconds(1001);
  EXPECT_THAT(call, FailsWith(ETIMEDOUT).After(seconds(1)).Since(armed));
  EXPECT_THAT(call, Not(FailsWith(ETIMEDOUT).After(seconds(1))));
  EXPECT_THAT(call, Not(FailsWith(ETIMEDOUT).After(seconds(1)).Since(armed + milliseconds(2))));
}

}  // namespace
}  // namespace halfopen

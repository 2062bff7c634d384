// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/timing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <vector>

#include "harness/expect/calls.h"
#include "harness/expect/in_time.h"
#include "harness/expect/lateness.h"

namespace halfopen {
namespace {

using namespace std::chrono_literals;

class KeptTimings : public testing::Test {
 protected:
  KeptTimings() {
    KeepTimings([this](const Timing& timing) { kept_.push_back(timing); });
  }
  ~KeptTimings() override { KeepTimings(nullptr); }

  Call TimedOutAfter(Duration elapsed) {
    Call call;
    call.socket = "client";
    call.name = "recv";
    call.result = -1;
    call.error = ETIMEDOUT;
    call.begin = start_;
    call.end = start_ + elapsed;
    return call;
  }

  const TimePoint start_ = Clock::now() - 1h;
  std::vector<Timing> kept_;
};

TEST(Timing, PrintsNominalMeasuredAndBound) {
  Timing timing{.seen = {}, .what = "", .nominal = 1s, .measured = 1031ms, .bound = 1032ms};
  EXPECT_EQ(timing.ToString(), "nominal 1s, measured 1.031s, at most 1.032s");
  EXPECT_TRUE(timing.held());
  timing.bound.reset();
  EXPECT_EQ(timing.ToString(), "nominal 1s, measured 1.031s");
  EXPECT_TRUE(timing.held());
}

TEST(Timing, IsHeldBetweenItsEnds) {
  const auto held = [](Duration measured) {
    return Timing{.seen = {}, .what = "", .nominal = 1s, .measured = measured, .bound = 2s}.held();
  };
  EXPECT_FALSE(held(1s - 1ns));
  EXPECT_TRUE(held(1s));
  EXPECT_TRUE(held(2s));
  EXPECT_FALSE(held(2s + 1ns));
}

TEST(Timing, MayBeEarlyByWhatTheJiffiesWereBehind) {
  Timing timing{
      .seen = {}, .what = "", .nominal = 1s, .measured = 994ms, .bound = 2s, .ahead = 6ms};
  EXPECT_TRUE(timing.held());
  EXPECT_EQ(timing.ToString(), "nominal 1s, measured 994ms, at least 994ms, at most 2s");
  timing.measured -= 1ns;
  EXPECT_TRUE(timing.early());
}

TEST_F(KeptTimings, HaveACallThatIsInTimeOnce) {
  const Call call = TimedOutAfter(1010ms);
  EXPECT_THAT(call, FailsWith(ETIMEDOUT).After(1s));
  ASSERT_EQ(kept_.size(), 1u);
  EXPECT_EQ(kept_[0].seen, call.end);
  EXPECT_EQ(kept_[0].what, call.ToString());
  EXPECT_EQ(kept_[0].nominal, 1s);
  EXPECT_EQ(kept_[0].measured, 1010ms);
  EXPECT_EQ(kept_[0].bound, WindowFor({1s}, call.begin, call.end).latest);
  EXPECT_TRUE(kept_[0].held());
}

// GoogleTest asks a matcher that fails once more, for its words.
TEST_F(KeptTimings, HaveACallThatIsLateOnce) {
  const testing::Matcher<const Call&> matcher = FailsWith(ETIMEDOUT).After(1s);
  const Call call = TimedOutAfter(5s);
  EXPECT_FALSE(matcher.Matches(call));
  testing::StringMatchResultListener words;
  EXPECT_FALSE(matcher.MatchAndExplain(call, &words));
  EXPECT_THAT(words.str(), testing::StartsWith("nominal 1s, measured 5s, at most 1."));
  ASSERT_EQ(kept_.size(), 1u);
  EXPECT_TRUE(kept_[0].late());
}

TEST_F(KeptTimings, HaveACallThatReturnedAtOnce) {
  EXPECT_THAT(TimedOutAfter(39ms), FailsWith(ETIMEDOUT).AtOnce());
  EXPECT_THAT(TimedOutAfter(40ms), testing::Not(FailsWith(ETIMEDOUT).AtOnce()));
  ASSERT_EQ(kept_.size(), 2u);
  EXPECT_EQ(kept_[0].nominal, 0s);
  EXPECT_EQ(kept_[0].bound, 40ms - 1ns);
  EXPECT_FALSE(kept_[1].held());
}

TEST_F(KeptTimings, HaveNoneOfACallWhoseErrorIsAnother) {
  EXPECT_THAT(TimedOutAfter(1s), testing::Not(FailsWith(ECONNRESET).After(1s)));
  EXPECT_THAT(kept_, testing::IsEmpty());
}

TEST_F(KeptTimings, HaveWhatWasSeenByLookingNowAndThen) {
  // The timer may have fired anywhere between the looks.
  EXPECT_TRUE(InTime("it", {1s}, start_, {start_ + 900ms, start_ + 2s}));
  EXPECT_TRUE(InTime("it", {1s}, start_, {start_ + 900ms, start_ + 1010ms}));
  EXPECT_FALSE(InTime("it", {1s}, start_, {start_ + 900ms, start_ + 999ms}));
  EXPECT_FALSE(InTime("it", {1s}, start_, {start_ + 1500ms, start_ + 2s}));
  EXPECT_TRUE(InTime("it", {1s}, {start_, start_ + 500ms}, start_ + 1500ms));
  ASSERT_EQ(kept_.size(), 5u);
  EXPECT_EQ(kept_[1].measured, 1010ms);
  EXPECT_TRUE(kept_[2].early());
  EXPECT_TRUE(kept_[3].late());
  EXPECT_EQ(kept_[3].measured, 1500ms);
  EXPECT_EQ(kept_[4].what, "it");
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <numeric>

#include "harness/expect/window.h"

namespace halfopen {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

// Each measured on Linux 6.18.
TEST(SynBackoff, DoublesFromOneSecond) {
  EXPECT_THAT(Timers::SynBackoff(1, 0), ElementsAre(1s, 2s));
  EXPECT_THAT(Timers::SynBackoff(2, 0), ElementsAre(1s, 2s, 4s));
}

TEST(SynBackoff, AllowsLinearOnesOnTopOfTheRetries) {
  EXPECT_THAT(Timers::SynBackoff(1, 1), ElementsAre(1s, 1s, 2s));
}

TEST(SynBackoff, EndsByTheTimeOfTheRetriesAlone) {
  EXPECT_THAT(Timers::SynBackoff(1, 4), ElementsAre(1s, 1s, 1s));
  EXPECT_THAT(Timers::SynBackoff(2, 4), ElementsAre(1s, 1s, 1s, 1s, 1s, 2s));
}

TEST(SynBackoff, TakesTheKnownTimesAtKernelDefaults) {
  const auto total = [](const std::vector<Duration>& intervals) {
    return std::accumulate(intervals.begin(), intervals.end(), Duration(0));
  };
  EXPECT_EQ(total(Timers::SynBackoff(6, 0)), 127s);
  EXPECT_EQ(Timers::SynBackoff(6, 0).size(), 7);
  EXPECT_EQ(total(Timers::SynBackoff(6, 4)), 131s);
  EXPECT_EQ(Timers::SynBackoff(6, 4).size(), 11);
}

TEST(Timers, KnowLinearSynsOnlyAtDefaultsOfKernelsThatHaveThem) {
  const auto linear = [](Profile profile, const char* kernel) {
    return TimersOf(profile, KernelVersion::Parse(kernel)).syn_linear_timeouts;
  };
  EXPECT_EQ(linear(Profile::kDefault, "6.1.192"), 0);
  EXPECT_EQ(linear(Profile::kDefault, "6.12.117"), 4);
  EXPECT_EQ(linear(Profile::kFast, "6.12.117"), 0);
}

TEST(SynBackoff, GrowsToTwoMinutes) { EXPECT_EQ(Timers::SynBackoff(9, 0).back(), 120s); }

TEST(SynBackoff, IsCutByTheUserTimeout) {
  EXPECT_THAT(Timers::SynBackoff(2, 0, 1500ms), ElementsAre(1s, 500ms));
  EXPECT_THAT(Timers::SynBackoff(2, 0, 3s), ElementsAre(1s, 2s));
  EXPECT_THAT(Timers::SynBackoff(2, 0, 3500ms), ElementsAre(1s, 2s, 500ms));
  EXPECT_THAT(Timers::SynBackoff(2, 0, 20s), ElementsAre(1s, 2s, 4s));
}

TEST(SynBackoff, LooksAtTheUserTimeoutOnlyAfterARetransmission) {
  const Duration jiffy = TimerWheel(KernelHz()).Jiffy();
  EXPECT_THAT(Timers::SynBackoff(2, 0, 500ms), ElementsAre(1s, jiffy));
  EXPECT_THAT(Timers::SynBackoff(2, 0, 1s), ElementsAre(1s, jiffy));
}

TEST(SynBackoff, LetsTheUserTimeoutReplaceTheTimeOfTheRetries) {
  EXPECT_THAT(Timers::SynBackoff(1, 4, 60s), ElementsAre(1s, 1s, 1s, 1s, 1s, 2s));
}

Duration TotalOf(const std::vector<Duration>& intervals) {
  return std::accumulate(intervals.begin(), intervals.end(), Duration(0));
}

TEST(RetransmissionBackoff, DoublesUntilTheModelledTimeIsOver) {
  EXPECT_THAT(Timers::RetransmissionBackoff(204ms, 2), ElementsAre(204ms, 408ms, 816ms, 1632ms));
}

TEST(RetransmissionBackoff, TakesTheKnownTimesAtKernelDefaults) {
  const auto intervals = Timers::RetransmissionBackoff(204ms, 15);
  EXPECT_EQ(intervals.size(), 16);
  EXPECT_EQ(TotalOf(intervals), 928692ms);  // 924.6 s (ip-sysctl.rst) and the wait for a timer
}

// tcp_retries2 is a time: a longer round trip leaves room for fewer retransmissions.
TEST(RetransmissionBackoff, SendsLessOftenOverALongerPath) {
  EXPECT_THAT(Timers::RetransmissionBackoff(800ms, 2), ElementsAre(800ms, 1600ms));
}

TEST(RetransmissionBackoff, EndsWithTheUserTimeout) {
  EXPECT_THAT(Timers::RetransmissionBackoff(204ms, 15, 1s), ElementsAre(204ms, 408ms, 592ms));
  EXPECT_THAT(Timers::RetransmissionBackoff(204ms, 1, 2s), ElementsAre(204ms, 408ms, 816ms, 776ms));
}

TEST(ProbeBackoff, DoublesUpToTwoMinutesAndTcpRetries2Times) {
  EXPECT_THAT(Timers::ProbeBackoff(204ms, 2, 5), ElementsAre(204ms, 408ms, 816ms, 816ms, 816ms));
  EXPECT_EQ(TotalOf(Timers::ProbeBackoff(204ms, 15, 16)), 928692ms);
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/lateness.h"

#include <gtest/gtest.h>

#include "harness/record/stall.h"

namespace halfopen {
namespace {

using namespace std::chrono_literals;

// No monitor runs in these tests, as in virtual time.
class LatenessInVirtualTime : public testing::Test {
  void SetUp() override { ASSERT_EQ(CurrentStallMonitor(), nullptr); }
};

TEST_F(LatenessInVirtualTime, IsTheWheelsBoundInWholeJiffies) {
  const TimePoint begin = Clock::now();
  const Window wheel = Within({1s});
  const Window window = WindowFor({1s}, begin, begin + 5s);
  EXPECT_FALSE(window.Contains(1s - 1ns));
  EXPECT_TRUE(window.Contains(wheel.latest + KernelWheel().Jiffy() - 1ns));
  EXPECT_FALSE(window.Contains(wheel.latest + KernelWheel().Jiffy()));
}

TEST_F(LatenessInVirtualTime, LeavesOneJiffyOpenForAWholeSchedule) {
  const TimePoint begin = Clock::now();
  const std::vector<Duration> schedule{1s, 2s, 4s};
  EXPECT_EQ(WindowFor(schedule, begin, begin + 8s).latest,
            Within(schedule).latest + KernelWheel().Jiffy() - 1ns);
}

TEST_F(LatenessInVirtualTime, KnowsNoStalls) {
  const TimePoint due = Clock::now();
  EXPECT_EQ(StallBetween(due, due + 1s), 0s);
  EXPECT_EQ(StallBetween(due, due - 1s), 0s);
  EXPECT_EQ(JiffiesBehind(due), 0s);
}

TEST(LatenessInRealTime, GrantsEachTimerWhatHidesFromTheMonitor) {
  const auto monitor = StallMonitor::Start();
  SetCurrentStallMonitor(monitor.get());
  const TimePoint now = Clock::now();
  const std::vector<Duration> schedule{1s, 2s, 4s};
  EXPECT_GE(WindowFor(schedule, now - 8s, now).latest,
            Within(schedule).latest + 3 * StallMonitor::Floor());
}

}  // namespace
}  // namespace halfopen

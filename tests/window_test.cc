// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>

namespace halfopen {
namespace {

using namespace std::chrono_literals;

// When a timer armed at jiffy `now` fires: calc_wheel_index and calc_index of kernel/time/timer.c,
// transcribed case by case.
long BucketExpiry(long now, long delta, int depth) {
  const long start[] = {0,         63,        63L << 3,  63L << 6, 63L << 9,
                        63L << 12, 63L << 15, 63L << 18, 63L << 21};
  int level = depth - 1;
  for (int n = 1; n < depth; ++n) {
    if (delta < start[n]) {
      level = n - 1;
      break;
    }
  }
  return (((now + delta) >> (3 * level)) + 1) << (3 * level);
}

TEST(TimerWheel, HasTheGranularitiesOfTheDesignAt250) {
  const TimerWheel wheel(250);
  EXPECT_EQ(wheel.Jiffy(), 4ms);
  EXPECT_EQ(wheel.Granularity(1ms), 4ms);
  EXPECT_EQ(wheel.Granularity(200ms), 4ms);
  EXPECT_EQ(wheel.Granularity(248ms), 4ms);
  EXPECT_EQ(wheel.Granularity(252ms), 32ms);
  EXPECT_EQ(wheel.Granularity(1s), 32ms);
  EXPECT_EQ(wheel.Granularity(2012ms), 32ms);
  EXPECT_EQ(wheel.Granularity(2016ms), 256ms);
  EXPECT_EQ(wheel.Granularity(16124ms), 256ms);
  EXPECT_EQ(wheel.Granularity(16128ms), 2048ms);
  EXPECT_EQ(wheel.Granularity(129020ms), 2048ms);
  EXPECT_EQ(wheel.Granularity(129024ms), 16384ms);
  EXPECT_EQ(wheel.Granularity(1032188ms), 16384ms);
  EXPECT_EQ(wheel.Granularity(1032192ms), 131072ms);
  EXPECT_EQ(wheel.Granularity(7200s), 131072ms);
}

// The time is rounded up to jiffies before the level is chosen.
TEST(TimerWheel, RoundsUpToJiffiesFirst) {
  EXPECT_EQ(TimerWheel(250).Granularity(248ms + 1ns), 32ms);
}

class TimerWheelAt : public testing::TestWithParam<int> {};

TEST_P(TimerWheelAt, LevelsBeginWhereTheKernelSays) {
  const int hz = GetParam();
  const TimerWheel wheel(hz);
  const int depth = hz > 100 ? 9 : 8;
  for (int level = 1; level < depth; ++level) {
    const std::int64_t start = 63LL << (3 * (level - 1));  // LVL_START(level)
    // Where a jiffy is no whole number of nanoseconds, the nearest below it in exact arithmetic.
    const auto nominal = [&](std::int64_t jiffies) {
      return Duration(jiffies * 1'000'000'000 / hz);
    };
    EXPECT_EQ(wheel.Granularity(nominal(start)), wheel.Jiffy() * (1LL << (3 * level))) << level;
    EXPECT_EQ(wheel.Granularity(nominal(start - 1)), wheel.Jiffy() * (1LL << (3 * (level - 1))))
        << level;
  }
  EXPECT_EQ(wheel.Granularity(24h * 365), wheel.Jiffy() * (1LL << (3 * (depth - 1))));
}

// Whatever the jiffy at which a timer is armed, its bucket ends in (nominal, nominal +
// granularity], and both bounds are reached: the window cannot be narrower.
TEST_P(TimerWheelAt, BucketsEndInTheWindowWheneverTheTimerIsArmed) {
  const int hz = GetParam();
  const TimerWheel wheel(hz);
  const int depth = hz > 100 ? 9 : 8;
  for (const long delta :
       {1L, 10L, 62L, 63L, 64L, 250L, 503L, 504L, 4031L, 4032L, 32255L, 32256L}) {
    const long granule = wheel.Granularity(Duration(delta * 1'000'000'000 / hz)) / wheel.Jiffy();
    long least = 1L << 40;
    long most = 0;
    for (long now = 1'000'000; now < 1'000'000 + granule; ++now) {
      const long late = BucketExpiry(now, delta, depth) - (now + delta);
      least = std::min(least, late);
      most = std::max(most, late);
    }
    EXPECT_EQ(least, 1) << delta;
    EXPECT_EQ(most, granule) << delta;
  }
}

INSTANTIATE_TEST_SUITE_P(Hz, TimerWheelAt, testing::Values(100, 250, 300, 1000));

TEST(TimerWheel, JiffyIsTickNsec) {
  EXPECT_EQ(TimerWheel(100).Jiffy(), 10ms);
  EXPECT_EQ(TimerWheel(300).Jiffy(), 3333333ns);
  EXPECT_EQ(TimerWheel(1000).Jiffy(), 1ms);
  EXPECT_THROW(TimerWheel(0), std::invalid_argument);
}

TEST(Window, OfOneTimer) {
  const TimerWheel wheel(250);
  EXPECT_EQ(wheel.Within({1s}), (Window{1s, 1032ms}));
  EXPECT_EQ(wheel.Within({50ms}), (Window{50ms, 56ms})) << "13 jiffies of 4 ms, and one more";
  EXPECT_EQ(wheel.Within({}), (Window{0s, 0s}));
  EXPECT_EQ(TimerWheel(300).Within({1s}).latest, 1s + 8 * 3333333ns);
}

TEST(Window, OfScheduleAddsTheGranularities) {
  // The SYN of a connect that nobody answers: 1, 2, 4 s.
  EXPECT_EQ(TimerWheel(250).Within({1s, 2s, 4s}), (Window{7s, 7s + 32ms + 32ms + 256ms}));
}

TEST(Window, ContainsBothItsEnds) {
  const Window window{1s, 1032ms};
  EXPECT_FALSE(window.Contains(1s - 1ns));
  EXPECT_TRUE(window.Contains(1s));
  EXPECT_TRUE(window.Contains(1032ms));
  EXPECT_FALSE(window.Contains(1032ms + 1ns));
  EXPECT_TRUE(window.WidenedBy(5ms).Contains(1037ms));
}

// A timer of 4 s that was armed at the very tick of a jiffy, and whose softirq ran a microsecond
// later within its own than the one that armed it.
TEST(Window, CountedInJiffiesLeavesLessThanOneOpen) {
  const Window counted = TimerWheel(250).Within({4s}).CountedIn(4ms);
  EXPECT_FALSE(counted.Contains(4s - 1ns));
  EXPECT_TRUE(counted.Contains(4256ms + 1us));
  EXPECT_TRUE(counted.Contains(4260ms - 1ns));
  EXPECT_FALSE(counted.Contains(4260ms));
}

// CONFIG_HZ where the kernel was built to tell it.
std::optional<int> ConfiguredHz() {
  std::FILE* pipe = popen("zcat /proc/config.gz 2>/dev/null || cat /boot/config-$(uname -r)", "r");
  std::optional<int> hz;
  char line[256];
  int value = 0;
  while (pipe != nullptr && std::fgets(line, sizeof line, pipe) != nullptr) {
    if (std::sscanf(line, "CONFIG_HZ=%d", &value) == 1) hz = value;
  }
  if (pipe != nullptr) pclose(pipe);
  return hz;
}

TEST(KernelHz, IsTheConfiguredOne) {
  const std::optional<int> configured = ConfiguredHz();
  if (!configured) GTEST_SKIP() << "neither /proc/config.gz nor /boot/config-* can be read";
  EXPECT_EQ(KernelHz(), *configured);
}

}  // namespace
}  // namespace halfopen

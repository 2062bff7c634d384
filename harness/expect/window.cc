// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/window.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>

#include "netns/error.h"

namespace halfopen {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

// kernel/time/timer.c spells them LVL_CLK_SHIFT, LVL_SIZE, LVL_DEPTH and LVL_START.
constexpr int kLevelShift = 3;
constexpr std::int64_t kLevelSize = 64;
constexpr int LevelCount(int hz) { return hz > 100 ? 9 : 8; }
constexpr std::int64_t LevelStart(int level) {
  return (kLevelSize - 1) << ((level - 1) * kLevelShift);
}

// Rounded up in seconds and rest, so that no product overflows.
std::int64_t ToJiffies(Duration duration, int hz) {
  const std::int64_t count = duration.count();
  return count / kSecond * hz + (count % kSecond * hz + kSecond - 1) / kSecond;
}

// The level whose buckets hold a timer of that many jiffies (calc_wheel_index).
int LevelOf(std::int64_t jiffies, int hz) {
  int level = 0;
  while (level + 1 < LevelCount(hz) && jiffies >= LevelStart(level + 1)) ++level;
  return level;
}

}  // namespace

TimerWheel::TimerWheel(int hz) : hz_(hz) {
  if (hz < 12 || hz > 12287) throw std::invalid_argument(fmt::format("HZ of {}", hz));
  jiffy_ = Duration((kSecond + hz / 2) / hz);
}

Duration TimerWheel::Granularity(Duration nominal) const {
  const int level = LevelOf(ToJiffies(nominal, hz_), hz_);
  return jiffy_ * (std::int64_t{1} << (level * kLevelShift));
}

Window TimerWheel::Within(const std::vector<Duration>& timers) const {
  Window window;
  for (const Duration timer : timers) {
    const Duration rounded(ToJiffies(timer, hz_) * jiffy_.count());
    window.nominal += timer;
    // Where HZ does not divide a second, a whole number of jiffies may fall short of the nominal
    // time by some nanoseconds.
    window.latest += std::max(timer, rounded) + Granularity(timer);
  }
  return window;
}

int KernelHz() {
  timespec jiffy{};
  Check(clock_getres(CLOCK_MONOTONIC_COARSE, &jiffy), "clock_getres", "CLOCK_MONOTONIC_COARSE");
  const std::int64_t nanoseconds = jiffy.tv_sec * kSecond + jiffy.tv_nsec;
  return static_cast<int>((kSecond + nanoseconds / 2) / nanoseconds);
}

const TimerWheel& KernelWheel() {
  static const TimerWheel wheel(KernelHz());
  return wheel;
}

Window Within(const std::vector<Duration>& timers) { return KernelWheel().Within(timers); }

}  // namespace halfopen

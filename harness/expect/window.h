// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_WINDOW_H_
#define HALFOPEN_HARNESS_EXPECT_WINDOW_H_

#include <vector>

#include "netns/clock.h"

namespace halfopen {

// The time in which a correct kernel fires a timer, both ends included: never before `nominal`.
struct Window {
  Duration nominal{};
  Duration latest{};

  bool Contains(Duration measured) const { return nominal <= measured && measured <= latest; }
  // The same window with its upper bound put off by what the machine itself may have cost
  // (StallMonitor::WorstStall).
  Window WidenedBy(Duration stall) const { return {nominal, latest + stall}; }
  // The same window for a time that is measured in nanoseconds. The kernel counts jiffies: a timer
  // is armed in one and fires in another, each time a while after the tick that began the jiffy,
  // as the softirq that runs the timers has other work too (microseconds). So what is measured,
  // rounded down to whole jiffies, is within `latest`: the bound is put off by a jiffy less a
  // nanosecond. Timers that run one after the other are each armed in the jiffy in which the one
  // before fired, so that all of them together have this once.
  Window CountedIn(Duration jiffy) const { return {nominal, latest + jiffy - Duration(1)}; }

  bool operator==(const Window&) const = default;
};

// The kernel's timer wheel (kernel/time/timer.c): TCP's timers wait in levels of 64 buckets, each
// level eight times as coarse as the one before it; a timer fires at the end of its bucket.
// Immutable, so thread-safe.
class TimerWheel {
 public:
  // `hz` is CONFIG_HZ. Throws std::invalid_argument outside 12 to 12287, the kernel's own bounds
  // (include/linux/jiffies.h).
  explicit TimerWheel(int hz);

  int hz() const { return hz_; }
  // TICK_NSEC: one second over HZ, rounded to the nanosecond.
  Duration Jiffy() const { return jiffy_; }

  // The width of the buckets that a timer of this length is queued into (LVL_GRAN of the level that
  // calc_wheel_index chooses). It fires in (nominal, nominal + granularity], because calc_index
  // rounds up by one whole bucket; `nominal` is a whole number of jiffies, and is rounded up to one
  // as the kernel does (msecs_to_jiffies). Beyond the wheel's capacity (WHEEL_TIMEOUT_CUTOFF: 12
  // days at HZ=1000) the kernel fires early, which no TCP timer comes near.
  Duration Granularity(Duration nominal) const;

  // The window of timers that are armed one after the other, each when the one before it fires:
  // their granularities add up.
  Window Within(const std::vector<Duration>& timers) const;

 private:
  int hz_;
  Duration jiffy_;
};

// HZ of the running kernel, without privilege: the resolution of CLOCK_MONOTONIC_COARSE is exactly
// one jiffy (clock_getres(2)). Thread-safe.
int KernelHz();

// The running kernel's wheel. Thread-safe.
const TimerWheel& KernelWheel();

// TimerWheel::Within for the running kernel.
Window Within(const std::vector<Duration>& timers);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_WINDOW_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/lateness.h"

#include <algorithm>

#include "harness/record/run_delays.h"
#include "harness/record/stall.h"

namespace halfopen {

Duration StallBetween(TimePoint due, TimePoint seen, int timers) {
  const StallMonitor* const monitor = CurrentStallMonitor();
  if (monitor == nullptr) return Duration(0);
  const Duration worst = seen > due ? monitor->WorstStall(due, seen) : StallMonitor::Floor();
  return worst + std::max(timers - 1, 0) * StallMonitor::Floor();
}

Duration JiffiesBehind(TimePoint armed) {
  constexpr std::chrono::milliseconds kJustBefore{100};
  const StallMonitor* const monitor = CurrentStallMonitor();
  if (monitor == nullptr) return Duration(0);
  const Duration stalled = monitor->WorstStall(armed - kJustBefore, armed) - StallMonitor::Floor();
  return KernelWheel().Jiffy() - Duration(1) + stalled;
}

Window WindowFor(const std::vector<Duration>& timers, TimePoint begin, TimePoint seen) {
  const Window window = Within(timers);
  // A schedule can lose time at each of its timers, a single timer only once it is due.
  const TimePoint due = timers.size() == 1 ? begin + window.nominal : begin;
  // Both: what counting in jiffies leaves open is no stall, and a stall may come on top of it.
  return window.CountedIn(KernelWheel().Jiffy())
      .WidenedBy(StallBetween(due, seen, static_cast<int>(timers.size())) +
                 RunDelayAround(begin, seen));
}

}  // namespace halfopen

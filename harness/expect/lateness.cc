// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/lateness.h"

#include "harness/record/run_delays.h"
#include "harness/record/stall.h"

namespace halfopen {

Duration StallBetween(TimePoint due, TimePoint seen) {
  const StallMonitor* const monitor = CurrentStallMonitor();
  if (monitor == nullptr) return Duration(0);
  return seen > due ? monitor->WorstStall(due, seen) : StallMonitor::Floor();
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
  // A stall that is too short for the monitor to see may delay each of them.
  const auto more = static_cast<Duration::rep>(timers.size()) - 1;
  const Duration hidden =
      CurrentStallMonitor() == nullptr || more < 0 ? Duration(0) : more * StallMonitor::Floor();
  // Both: what counting in jiffies leaves open is no stall, and a stall may come on top of it.
  return window.CountedIn(KernelWheel().Jiffy())
      .WidenedBy(StallBetween(due, seen) + hidden + RunDelayAround(begin, seen));
}

}  // namespace halfopen

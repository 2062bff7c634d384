// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/lateness.h"

#include "harness/record/stall.h"

namespace halfopen {

Duration StallBetween(TimePoint due, TimePoint seen) {
  const StallMonitor* const monitor = CurrentStallMonitor();
  if (monitor == nullptr) return Duration(0);
  return seen > due ? monitor->WorstStall(due, seen) : StallMonitor::Floor();
}

Window WindowFor(const std::vector<Duration>& timers, TimePoint begin, TimePoint seen) {
  const Window window = Within(timers);
  // A schedule can lose time at each of its timers, a single timer only once it is due.
  const TimePoint due = timers.size() == 1 ? begin + window.nominal : begin;
  const Duration stall = StallBetween(due, seen);
  // A stall is never less than a jiffy.
  return stall == Duration(0) ? window.CountedIn(KernelWheel().Jiffy()) : window.WidenedBy(stall);
}

}  // namespace halfopen

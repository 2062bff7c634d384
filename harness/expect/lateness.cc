// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/lateness.h"

#include "harness/record/stall.h"

namespace halfopen {

Window WindowFor(const std::vector<Duration>& timers, TimePoint begin, TimePoint seen) {
  const Window window = Within(timers);
  const StallMonitor* const monitor = CurrentStallMonitor();
  if (monitor == nullptr) return window;
  // A schedule can lose time at each of its timers, a single timer only once it is due.
  const TimePoint from = timers.size() == 1 ? begin + window.nominal : begin;
  return window.WidenedBy(seen > from ? monitor->WorstStall(from, seen) : StallMonitor::Floor());
}

}  // namespace halfopen

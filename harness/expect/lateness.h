// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_LATENESS_H_
#define HALFOPEN_HARNESS_EXPECT_LATENESS_H_

#include <vector>

#include "harness/expect/window.h"
#include "netns/clock.h"

namespace halfopen {

// By how much the stalls of this machine may have delayed what was due at `due` and seen at `seen`;
// zero where no monitor watches for them (virtual time). Of `timers` that run one after the other
// each may meet a stall of its own that hides from the monitor (StallMonitor::Floor). Thread-safe.
Duration StallBetween(TimePoint due, TimePoint seen, int timers = 1);

// By how much the kernel's count of jiffies may have been behind when a timer was armed at `armed`:
// one CPU counts them for all (tick_do_update_jiffies64) when its tick comes, and until then
// another one arms its timers with an old count, so that they fire early by as much as the tick was
// late. Less than a jiffy on any real machine, and more where this one stalled just before. Zero in
// virtual time. Thread-safe.
Duration JiffiesBehind(TimePoint armed);

// The window of `timers`, armed one after the other from `begin` on, for something that was seen at
// `seen`: the timer wheel's own bound, in which the kernel's way of counting leaves less than one
// jiffy open (Window::CountedIn), and in real time also what this machine may have stalled
// meanwhile, and how long the threads of the calls that armed the first and saw the last waited for
// a CPU. Thread-safe.
Window WindowFor(const std::vector<Duration>& timers, TimePoint begin, TimePoint seen);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_LATENESS_H_

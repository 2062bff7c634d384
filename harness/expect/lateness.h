// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_LATENESS_H_
#define HALFOPEN_HARNESS_EXPECT_LATENESS_H_

#include <vector>

#include "harness/expect/window.h"
#include "netns/clock.h"

namespace halfopen {

// The window of `timers`, armed one after the other from `begin` on, for something that was seen at
// `seen`: the timer wheel's own bound, widened by what this machine stalled meanwhile (real time
// only). Thread-safe.
Window WindowFor(const std::vector<Duration>& timers, TimePoint begin, TimePoint seen);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_LATENESS_H_

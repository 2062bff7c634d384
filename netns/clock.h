// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_CLOCK_H_
#define HALFOPEN_NETNS_CLOCK_H_

#include <chrono>

namespace halfopen {

// CLOCK_MONOTONIC (libstdc++'s steady_clock): the one clock of calls, packets and timers.
using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Duration = std::chrono::nanoseconds;

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_CLOCK_H_

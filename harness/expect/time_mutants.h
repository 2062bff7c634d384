// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_TIME_MUTANTS_H_
#define HALFOPEN_HARNESS_EXPECT_TIME_MUTANTS_H_

#include <functional>
#include <string>
#include <vector>

#include "harness/expect/window.h"
#include "netns/clock.h"

namespace halfopen {

// Timers that are all half as long as those that an expectation names, or twice.
struct TimeMutant {
  std::string change;
  std::vector<Duration> timers;
};

// Those of them whose window has no time in common with `window`, which is to be `ahead` early at
// most: where the machine stalls, no expectation could tell the others apart. Thread-safe, if
// `window_of` is.
std::vector<TimeMutant> TimeMutants(
    const std::vector<Duration>& timers, const Window& window, Duration ahead,
    const std::function<Window(const std::vector<Duration>&)>& window_of);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_TIME_MUTANTS_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_TIME_MUTANTS_H_
#define HALFOPEN_HARNESS_EXPECT_TIME_MUTANTS_H_

#include <string>
#include <vector>

#include "netns/clock.h"

namespace halfopen {

// Timers that are all half as long as those that an expectation names, or twice.
struct TimeMutant {
  std::string change;
  std::vector<Duration> timers;
};

// Those of them whose window, armed at `armed` for what was seen at `seen`, has no time in common
// with that of `timers`: where the machine stalls, no expectation could tell the others apart.
// Thread-safe.
std::vector<TimeMutant> TimeMutants(const std::vector<Duration>& timers, TimePoint armed,
                                    TimePoint seen);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_TIME_MUTANTS_H_

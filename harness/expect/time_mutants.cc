// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/time_mutants.h"

#include <utility>

#include "harness/expect/lateness.h"
#include "harness/expect/window.h"

namespace halfopen {

std::vector<TimeMutant> TimeMutants(const std::vector<Duration>& timers, TimePoint armed,
                                    TimePoint seen) {
  TimeMutant half{"half the time", timers};
  TimeMutant twice{"twice the time", timers};
  for (Duration& timer : half.timers) timer /= 2;
  for (Duration& timer : twice.timers) timer *= 2;
  const Window window = WindowFor(timers, armed, seen);
  const Duration ahead = JiffiesBehind(armed);
  std::vector<TimeMutant> mutants;
  if (WindowFor(half.timers, armed, seen).latest < window.nominal - ahead) {
    mutants.push_back(std::move(half));
  }
  if (2 * window.nominal - ahead > window.latest) mutants.push_back(std::move(twice));
  return mutants;
}

}  // namespace halfopen

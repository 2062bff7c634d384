// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/time_mutants.h"

#include <utility>

namespace halfopen {

std::vector<TimeMutant> TimeMutants(
    const std::vector<Duration>& timers, const Window& window, Duration ahead,
    const std::function<Window(const std::vector<Duration>&)>& window_of) {
  TimeMutant half{"half the time", timers};
  TimeMutant twice{"twice the time", timers};
  for (Duration& timer : half.timers) timer /= 2;
  for (Duration& timer : twice.timers) timer *= 2;
  std::vector<TimeMutant> mutants;
  if (window_of(half.timers).latest < window.nominal - ahead) mutants.push_back(std::move(half));
  if (window_of(twice.timers).nominal - ahead > window.latest) mutants.push_back(std::move(twice));
  return mutants;
}

}  // namespace halfopen

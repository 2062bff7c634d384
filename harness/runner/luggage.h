// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_LUGGAGE_H_
#define HALFOPEN_HARNESS_RUNNER_LUGGAGE_H_

#include <vector>

#include "harness/runner/schedule.h"
#include "harness/venue/payload.h"

namespace halfopen {

// What travels into a guest for these runs: the programs and files that scenarios of their folders
// use, so that no other run pays for them; and strace, which traces every program that a host runs.
Luggage LuggageFor(const std::vector<PlannedRun>& plan);

// Whether scenarios of this run's folder start programs.
bool StartsPrograms(const PlannedRun& run);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_LUGGAGE_H_

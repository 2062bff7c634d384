// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RECORD_RUN_DELAYS_H_
#define HALFOPEN_HARNESS_RECORD_RUN_DELAYS_H_

#include "fixtures/call.h"
#include "netns/clock.h"

namespace halfopen {

// What the threads of this process's calls waited for a CPU (Call::run_delay). A timer that a call
// arms begins later than the call by what its thread waited; one that ends a call is seen later.
// No stall monitor knows: it wakes for a moment and is let go first, where a thread that has worked
// waits for its turn. Thread-safe, both.
void KeepRunDelay(const Call& call);
// The delays of all calls that were under way at `armed` or at `seen`.
Duration RunDelayAround(TimePoint armed, TimePoint seen);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RECORD_RUN_DELAYS_H_

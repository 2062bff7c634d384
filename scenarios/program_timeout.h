// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_PROGRAM_TIMEOUT_H_
#define HALFOPEN_SCENARIOS_PROGRAM_TIMEOUT_H_

#include <chrono>
#include <string>

#include "harness/expect/timing.h"
#include "harness/scenario.h"

namespace halfopen {

// Whether a program waited for its own `timeout`, which it counts in whole milliseconds, between
// what it did at `begin` and at `end`. How much longer depends on when it is given a CPU: no timer
// of the kernel's bounds that.
inline testing::AssertionResult WaitedFor(const std::string& what,
                                          std::chrono::milliseconds timeout, TimePoint begin,
                                          TimePoint end) {
  const Timing timing{.seen = end,
                      .what = what,
                      .nominal = timeout - std::chrono::milliseconds(1),
                      .measured = end - begin,
                      .bound = std::nullopt};
  Tell(timing);
  return (timing.early() ? testing::AssertionFailure() : testing::AssertionSuccess())
         << what << ": " << timing.ToString();
}

}  // namespace halfopen

#endif  // HALFOPEN_SCENARIOS_PROGRAM_TIMEOUT_H_

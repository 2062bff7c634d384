// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/in_time.h"

#include <algorithm>

#include "harness/expect/lateness.h"
#include "harness/expect/timing.h"

namespace halfopen {

testing::AssertionResult InTime(const std::string& what, const std::vector<Duration>& timers,
                                const Moment& armed, const Moment& fired) {
  const Window window = WindowFor(timers, armed.first, fired.first);
  const Duration shortest = fired.first - armed.last;
  const Duration longest = fired.last - armed.first;
  const Timing timing{.seen = fired.last,
                      .what = what,
                      .nominal = window.nominal,
                      .measured = std::clamp(window.latest, shortest, longest),
                      .bound = window.latest,
                      .ahead = JiffiesBehind(armed.last)};
  Tell(timing);
  if (timing.held()) return testing::AssertionSuccess() << what << ": " << timing.ToString();
  return testing::AssertionFailure()
         << what << (timing.late() ? " late: " : " early: ") << timing.ToString();
}

}  // namespace halfopen

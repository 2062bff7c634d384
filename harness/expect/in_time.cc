// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/in_time.h"

#include <algorithm>

#include "fixtures/run_delay.h"
#include "harness/expect/lateness.h"
#include "harness/expect/mutation.h"
#include "harness/expect/time_mutants.h"
#include "harness/expect/timing.h"

namespace halfopen {

namespace {

Timing TimingBetween(const std::string& what, const std::vector<Duration>& timers,
                     const Moment& armed, const Moment& fired) {
  const Window window = WindowFor(timers, armed.first, fired.first);
  const Duration shortest = fired.first - armed.last;
  const Duration longest = fired.last - armed.first;
  return {.seen = fired.last,
          .what = what,
          .nominal = window.nominal,
          .measured = std::clamp(window.latest, shortest, longest),
          .bound = window.latest,
          .ahead = JiffiesBehind(armed.last)};
}

testing::AssertionResult Judged(const Timing& timing) {
  Tell(timing);
  if (timing.held()) return testing::AssertionSuccess() << timing.what << ": " << timing.ToString();
  return testing::AssertionFailure()
         << timing.what << (timing.late() ? " late: " : " early: ") << timing.ToString();
}

}  // namespace

testing::AssertionResult InTime(const std::string& what, const std::vector<Duration>& timers,
                                const Moment& armed, const Moment& fired,
                                std::source_location place) {
  std::vector<Duration> expected = timers;
  if (Mutation* const mutation = Mutation::Current(); mutation != nullptr) {
    const auto window_of = [&](const std::vector<Duration>& some) {
      // Who looks now and then looks late when it waits for a CPU.
      return WindowFor(some, armed.first, fired.first).WidenedBy(RunDelaySince(armed.first));
    };
    for (const TimeMutant& time :
         TimeMutants(timers, window_of(timers), JiffiesBehind(armed.last), window_of)) {
      Mutant mutant{place.file_name(), static_cast<int>(place.line()), 1, what, time.change};
      mutant.survived = TimingBetween(what, time.timers, armed, fired).held();
      if (mutation->judges()) {
        mutation->Add(mutant);
      } else if (mutation->Applies(mutant)) {
        expected = time.timers;
      }
    }
  }
  return Judged(TimingBetween(what, expected, armed, fired));
}

}  // namespace halfopen

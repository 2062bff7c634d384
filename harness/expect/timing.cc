// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/timing.h"

#include <fmt/format.h>

#include <utility>

#include "harness/expect/duration_text.h"
#include "harness/expect/mutation_trial.h"
#include "harness/record/keeper.h"

namespace halfopen {
namespace {

Keeper<Timing> timings;

}  // namespace

std::string Timing::ToString() const {
  std::string text =
      fmt::format("nominal {}, measured {}", DurationText(nominal), DurationText(measured));
  if (ahead > Duration(0)) text += fmt::format(", at least {}", DurationText(nominal - ahead));
  if (bound.has_value()) text += fmt::format(", at most {}", DurationText(*bound));
  return text;
}

void KeepTimings(TimingKeeper keeper) { timings.Set(std::move(keeper)); }

void Tell(const Timing& timing) {
  if (!MutationTrial::OfMutant()) timings.Tell(timing);
}

}  // namespace halfopen

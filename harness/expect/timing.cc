// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/timing.h"

#include <fmt/format.h>

#include <mutex>
#include <utility>

#include "harness/expect/duration_text.h"

namespace halfopen {
namespace {

std::mutex mutex;
TimingKeeper keeper_of_timings;  // guarded by mutex

}  // namespace

std::string Timing::ToString() const {
  std::string text =
      fmt::format("nominal {}, measured {}", DurationText(nominal), DurationText(measured));
  if (ahead > Duration(0)) text += fmt::format(", at least {}", DurationText(nominal - ahead));
  if (bound.has_value()) text += fmt::format(", at most {}", DurationText(*bound));
  return text;
}

void KeepTimings(TimingKeeper keeper) {
  const std::lock_guard lock(mutex);
  keeper_of_timings = std::move(keeper);
}

void Tell(const Timing& timing) {
  const std::lock_guard lock(mutex);
  if (keeper_of_timings) keeper_of_timings(timing);
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/record/run_delays.h"

#include <mutex>
#include <vector>

namespace halfopen {
namespace {

struct DelayedCall {
  TimePoint begin;
  TimePoint end;
  Duration delay;
};

std::mutex delayed_mutex;
std::vector<DelayedCall> delayed_calls;  // guarded by delayed_mutex

}  // namespace

void KeepRunDelay(const Call& call) {
  if (call.run_delay <= Duration(0)) return;
  const std::lock_guard lock(delayed_mutex);
  delayed_calls.push_back({call.begin, call.end, call.run_delay});
}

Duration RunDelayAround(TimePoint armed, TimePoint seen) {
  const std::lock_guard lock(delayed_mutex);
  Duration sum{0};
  for (const DelayedCall& call : delayed_calls) {
    const auto under_way = [&](TimePoint time) { return call.begin <= time && time <= call.end; };
    if (under_way(armed) || under_way(seen)) sum += call.delay;
  }
  return sum;
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/estimate.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <queue>

#include "harness/profile.h"

namespace halfopen {
namespace {

Duration Seconds(double seconds) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

Estimate EstimateRun(const std::vector<PlannedRun>& plan, const Durations& earlier,
                     const RunOptions& options) {
  Estimate estimate{.known = Duration(0), .longest = {}, .runs = plan.size(), .unknown = 0};
  Duration longest{0};
  // When each job is free again.
  std::priority_queue<Duration, std::vector<Duration>, std::greater<>> free;
  for (int job = 0; job < options.jobs; ++job) free.push(Duration(0));
  for (const PlannedRun& run : plan) {
    const auto known = earlier.find(run.scenario.TestName());
    if (known == earlier.end()) {
      ++estimate.unknown;
      continue;
    }
    Duration takes = Seconds(known->second);
    if (takes > longest) {
      longest = takes;
      estimate.longest = run.scenario.TestName();
    }
    if (options.control) takes += PlanControls(run, {""}, known->second).front().timeout;
    const Duration end = free.top() + takes;
    free.pop();
    free.push(end);
    estimate.known = std::max(estimate.known, end);
  }
  return estimate;
}

std::string DescribeEstimate(const Estimate& estimate, const RunOptions& options) {
  std::string text = fmt::format("--profile {} in real time:", ToString(options.profile));
  if (!estimate.longest.empty()) {
    text += fmt::format(" {} {}, as earlier runs took ({} is the longest)",
                        estimate.unknown == 0 ? "about" : "at least", RoughDuration(estimate.known),
                        estimate.longest);
  }
  if (estimate.unknown == 0) return text;
  const Keepalive keepalive = TimersOf(options.profile).keepalive;
  text += fmt::format(
      "{} nothing is known of {} of {} runs; the longest timer is keepalive's, {} s + {} x {} s = "
      "{}, for which a story may wait more than once",
      estimate.longest.empty() ? "" : ";", estimate.unknown, estimate.runs, keepalive.idle.count(),
      keepalive.probes, keepalive.interval.count(), RoughDuration(keepalive.Expiry()));
  return text;
}

std::string RoughDuration(Duration duration) {
  using std::chrono::ceil;
  if (duration < std::chrono::minutes(2)) {
    return fmt::format("{} s", ceil<std::chrono::seconds>(duration).count());
  }
  const auto minutes = ceil<std::chrono::minutes>(duration).count();
  if (minutes < 60) return fmt::format("{} min", minutes);
  return fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

}  // namespace halfopen

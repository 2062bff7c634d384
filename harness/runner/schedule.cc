// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/schedule.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <climits>
#include <cstdlib>
#include <limits>
#include <random>
#include <regex>
#include <stdexcept>

#include "harness/runner/filter.h"
#include "netns/fd.h"

namespace halfopen {
namespace {

int ReadNumber(const char* variable, int missing) {
  const char* text = std::getenv(variable);
  if (text == nullptr || *text == '\0') return missing;
  const std::string_view digits(text);
  int value = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), value);
  if (error != std::errc{} || end != digits.end()) {
    throw std::invalid_argument(fmt::format("{}={} is not a number", variable, text));
  }
  return value;
}

}  // namespace

std::string PlannedRun::FolderName() const {
  std::string name = fmt::format("{}.{}", scenario.ScenarioName(), ToString(scenario.ip));
  if (withheld_cause >= 0) name += fmt::format(".control-{}", withheld_cause + 1);
  if (repeat > 1) name += fmt::format(".{}", repeat);
  return name;
}

ScenarioResult ErrorFor(const PlannedRun& run, const std::string& reason) {
  ScenarioResult result;
  result.scenario = run.scenario;
  result.repeat = run.repeat;
  if (run.withheld_cause >= 0) result.control = run.withheld_name;
  result.reason = reason;
  return result;
}

bool IsRunFolderName(const std::string& name) {
  static const std::regex pattern(
      R"([^./]+\.[^./]+\.IPv[46](\.control-[0-9]+)?(\.[0-9]+)?(@[^/]+)?)");
  // std::regex recurses by character, and names may come from a guest.
  return name.size() <= NAME_MAX && std::regex_match(name, pattern);
}

Shard Shard::FromEnvironment() {
  const Shard shard{ReadNumber("GTEST_TOTAL_SHARDS", 1), ReadNumber("GTEST_SHARD_INDEX", 0)};
  if (shard.total < 1 || shard.index < 0 || shard.index >= shard.total) {
    throw std::invalid_argument(
        fmt::format("GTEST_SHARD_INDEX={} must be at least 0 and below GTEST_TOTAL_SHARDS={}",
                    shard.index, shard.total));
  }
  if (const char* file = std::getenv("GTEST_SHARD_STATUS_FILE"); file != nullptr && *file != 0) {
    const Fd touched(open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    if (!touched) {
      throw std::invalid_argument(fmt::format("GTEST_SHARD_STATUS_FILE={}: cannot create", file));
    }
  }
  return shard;
}

std::vector<ScenarioInfo> SelectScenarios(const RunOptions& options,
                                          const std::vector<ScenarioInfo>& scenarios) {
  const Filter filter(options.filters);
  std::vector<ScenarioInfo> selected;
  for (const ScenarioInfo& scenario : scenarios) {
    if (options.family && scenario.ip != *options.family) continue;
    if (options.profile == Profile::kFast && scenario.default_profile_only) continue;
    if (filter.Selects(scenario)) selected.push_back(scenario);
  }
  return selected;
}

std::vector<PlannedRun> Plan(const RunOptions& options, const std::vector<ScenarioInfo>& selected,
                             const Shard& shard, const Durations& earlier) {
  std::vector<ScenarioInfo> mine;
  for (std::size_t i = 0; i < selected.size(); ++i) {
    if (static_cast<int>(i % static_cast<std::size_t>(shard.total)) == shard.index) {
      mine.push_back(selected[i]);
    }
  }
  const auto seconds = [&](const ScenarioInfo& scenario) {
    const auto known = earlier.find(scenario.TestName());
    return known == earlier.end() ? std::numeric_limits<double>::infinity() : known->second;
  };
  std::stable_sort(mine.begin(), mine.end(), [&](const ScenarioInfo& a, const ScenarioInfo& b) {
    return seconds(a) > seconds(b);
  });
  std::mt19937_64 random(options.shuffle_seed.value_or(0));
  std::vector<PlannedRun> plan;
  for (int repeat = 1; repeat <= options.repeat; ++repeat) {
    if (options.shuffle_seed) std::shuffle(mine.begin(), mine.end(), random);
    for (const ScenarioInfo& scenario : mine) {
      plan.push_back({scenario, repeat, -1, {}, options.timeout});
    }
  }
  return plan;
}

std::vector<PlannedRun> PlanControls(const PlannedRun& run, const std::vector<std::string>& causes,
                                     double seconds) {
  // A scenario without its cause often waits for something that never comes.
  Duration timeout =
      std::chrono::duration_cast<Duration>(std::chrono::duration<double>(1.5 * seconds + 3.0));
  if (run.timeout > Duration::zero()) timeout = std::min(timeout, run.timeout);
  std::vector<PlannedRun> plan;
  for (std::size_t i = 0; i < causes.size(); ++i) {
    plan.push_back({run.scenario, run.repeat, static_cast<int>(i), causes[i], timeout});
  }
  return plan;
}

}  // namespace halfopen

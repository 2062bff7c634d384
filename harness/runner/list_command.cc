// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "harness/runner/commands.h"
#include "harness/runner/registry.h"
#include "harness/runner/schedule.h"

namespace halfopen {
namespace {

// A scenario with the families that were selected of it.
struct Row {
  const ScenarioInfo* scenario;
  std::vector<std::string> families;
};

std::vector<Row> RowsOf(const std::vector<ScenarioInfo>& scenarios) {
  std::vector<Row> rows;
  for (const ScenarioInfo& scenario : scenarios) {
    auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& known) {
      return known.scenario->ScenarioName() == scenario.ScenarioName();
    });
    if (row == rows.end()) row = rows.insert(rows.end(), Row{&scenario, {}});
    row->families.emplace_back(ToString(scenario.ip));
  }
  return rows;
}

}  // namespace

int ListCommand(const std::vector<std::string>& filters, bool json) {
  RunOptions options;
  options.filters = filters;
  options.profile = Profile::kDefault;  // in which everything can run
  const std::vector<ScenarioInfo> selected = SelectScenarios(options, RegisteredScenarios());
  if (selected.empty()) return ReportNoMatch(filters);
  const std::vector<Row> rows = RowsOf(selected);
  if (json) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const Row& row : rows) {
      list.push_back({{"name", row.scenario->ScenarioName()},
                      {"family", row.scenario->family},
                      {"ip", row.families},
                      {"file", row.scenario->file},
                      {"line", row.scenario->line},
                      {"default_profile_only", row.scenario->default_profile_only}});
    }
    fmt::print("{}\n", list.dump(2));
    return 0;
  }
  std::size_t width = 0;
  for (const Row& row : rows) width = std::max(width, row.scenario->ScenarioName().size());
  for (const Row& row : rows) {
    fmt::print("{:<{}}  {:<9}  {}:{}{}\n", row.scenario->ScenarioName(), width,
               fmt::format("{}", fmt::join(row.families, " ")), row.scenario->file,
               row.scenario->line,
               row.scenario->default_profile_only ? "  (--profile default)" : "");
  }
  return 0;
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/catalogue.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

namespace halfopen {
namespace {

// "rst after fin" for the folder rst_after_fin.
std::string Title(std::string family) {
  std::ranges::replace(family, '_', ' ');
  return family;
}

// What a table's cell may hold: a bar would end it.
std::string Cell(const std::string& text) {
  std::string cell;
  for (const char c : text) {
    if (c == '|') cell += '\\';
    cell += c;
  }
  return cell;
}

// What is to be known before one runs it, behind its name: "  (IPv4 only, --profile default)".
std::string Conditions(const CatalogueRow& row) {
  std::vector<std::string> conditions;
  if (row.families.size() == 1) conditions.push_back(row.families.front() + " only");
  if (row.scenario->default_profile_only) conditions.emplace_back("--profile default");
  return conditions.empty() ? "" : fmt::format(" ({})", fmt::join(conditions, ", "));
}

// What is no longer so, each sentence once, with the scenarios that show it.
std::vector<std::pair<std::string, std::vector<std::string>>> Outdated(
    const std::vector<CatalogueRow>& rows) {
  std::vector<std::pair<std::string, std::vector<std::string>>> outdated;
  for (const CatalogueRow& row : rows) {
    const std::string& sentence = row.scenario->catalogue.outdated;
    if (sentence.empty()) continue;
    auto known =
        std::ranges::find(outdated, sentence, [](const auto& entry) { return entry.first; });
    if (known == outdated.end()) {
      known = outdated.insert(outdated.end(), {sentence, std::vector<std::string>{}});
    }
    known->second.push_back(row.scenario->ScenarioName());
  }
  return outdated;
}

bool BeginsFamily(const std::vector<CatalogueRow>& rows, std::size_t i) {
  return i == 0 || rows[i - 1].scenario->family != rows[i].scenario->family;
}

}  // namespace

std::vector<CatalogueRow> CatalogueRows(const std::vector<ScenarioInfo>& scenarios) {
  std::vector<CatalogueRow> rows;
  for (const ScenarioInfo& scenario : scenarios) {
    auto row = std::ranges::find_if(rows, [&](const CatalogueRow& known) {
      return known.scenario->ScenarioName() == scenario.ScenarioName();
    });
    if (row == rows.end()) row = rows.insert(rows.end(), CatalogueRow{&scenario, {}});
    row->families.emplace_back(ToString(scenario.ip));
  }
  std::ranges::stable_sort(rows, {}, [](const CatalogueRow& row) {
    return std::tie(row.scenario->family, row.scenario->file, row.scenario->line);
  });
  return rows;
}

std::string CatalogueText(const std::vector<CatalogueRow>& rows) {
  std::string text;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const ScenarioInfo& scenario = *rows[i].scenario;
    if (BeginsFamily(rows, i)) text += fmt::format("{}{}\n", i == 0 ? "" : "\n", scenario.family);
    text += fmt::format("  {}{}\n", scenario.ScenarioName(), Conditions(rows[i]));
    const CatalogueEntry& entry = scenario.catalogue;
    if (!entry.verdict.empty()) text += fmt::format("      {}\n", entry.verdict);
    if (!entry.outdated.empty()) text += fmt::format("      No longer: {}\n", entry.outdated);
    if (!entry.source.empty()) text += fmt::format("      [{}]\n", entry.source);
    text += fmt::format("      {}:{}\n", scenario.file, scenario.line);
  }
  return text;
}

std::string CatalogueJson(const std::vector<CatalogueRow>& rows) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const CatalogueRow& row : rows) {
    const ScenarioInfo& scenario = *row.scenario;
    list.push_back({{"name", scenario.ScenarioName()},
                    {"family", scenario.family},
                    {"verdict", scenario.catalogue.verdict},
                    {"source", scenario.catalogue.source},
                    {"outdated", scenario.catalogue.outdated},
                    {"ip", row.families},
                    {"file", scenario.file},
                    {"line", scenario.line},
                    {"default_profile_only", scenario.default_profile_only}});
  }
  return list.dump(2) + "\n";
}

std::string CatalogueMarkdown(const std::vector<CatalogueRow>& rows,
                              const std::vector<Deviation>& deviations) {
  std::string text = fmt::format(
      "<!-- Written by `halfopen list --markdown`; a test holds it against the scenarios. -->\n"
      "# The catalogue\n\n"
      "{} scenarios. Each asserts errno, packets and times; `halfopen run NAME` shows it, its "
      "file\n"
      "tells it. Where kernels differ, and what older texts say, stands "
      "[below](#kernels-differ).\n",
      rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const ScenarioInfo& scenario = *rows[i].scenario;
    if (BeginsFamily(rows, i)) {
      text += fmt::format("\n## {}\n\n| scenario | what happens | source |\n|---|---|---|\n",
                          Title(scenario.family));
    }
    text += fmt::format("| [{}](../{}){} | {} | {} |\n", scenario.ScenarioName(), scenario.file,
                        Conditions(rows[i]), Cell(scenario.catalogue.verdict),
                        Cell(scenario.catalogue.source));
  }
  text += "\n## Kernels differ\n\n| kernels | what they do | source |\n|---|---|---|\n";
  for (const Deviation& deviation : deviations) {
    text += fmt::format("| {} | {} | {} |\n", Cell(deviation.Condition()), Cell(deviation.reason),
                        Cell(deviation.source));
  }
  text +=
      "\n## No longer so\n\nWhat is still widely written, and what the scenario shows instead.\n\n";
  for (const auto& [sentence, names] : Outdated(rows)) {
    text += fmt::format("- {} ({})\n", sentence, fmt::join(names, ", "));
  }
  return text;
}

}  // namespace halfopen

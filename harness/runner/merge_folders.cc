// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/merge_folders.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <system_error>

#include "harness/foreign_json.h"
#include "harness/report/merge.h"
#include "harness/report/read_report.h"
#include "harness/report/results_json.h"
#include "harness/runner/schedule.h"
#include "netns/error.h"
#include "netns/regular_file.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

nlohmann::json ReadResults(const fs::path& folder) {
  const std::optional<std::string> text = ReadRegularFile(folder / "results.json");
  return text ? ParseForeignJson(*text) : nlohmann::json();
}

// How many of the runs say that they have left a folder.
std::size_t CountNamed(const nlohmann::json& results) {
  const auto scenarios = results.find("scenarios");
  if (scenarios == results.end() || !scenarios->is_array()) return 0;
  return static_cast<std::size_t>(
      std::ranges::count_if(*scenarios, [](const nlohmann::json& scenario) {
        const auto evidence = scenario.is_object() ? scenario.find("evidence") : scenario.end();
        return evidence != scenario.end() && evidence->is_string() && *evidence != "";
      }));
}

std::vector<fs::path> EntriesOf(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    entries.push_back(entry.path());
  }
  if (error) throw EnvironmentError("read", folder.string(), error.value());
  std::ranges::sort(entries);
  return entries;
}

// Replaces the path that ends in `name` within a sentence.
void ReplacePath(std::string& sentence, const std::string& name, const std::string& place) {
  const std::size_t at = sentence.find(name);
  if (at == std::string::npos) return;
  const std::size_t blank = sentence.rfind(' ', at);
  const std::size_t begin = blank == std::string::npos ? 0 : blank + 1;
  sentence.replace(begin, at + name.size() - begin, place);
}

}  // namespace

bool IsMerged(const fs::path& folder) {
  const nlohmann::json results = ReadResults(folder);
  return results.is_object() && results.contains("merged");
}

RunReport FolderMerge::Add(const fs::path& folder) {
  RunReport report = ReadReport(folder);
  const nlohmann::json results = ReadResults(folder);
  if (!results.is_object()) {
    problems_.push_back(
        fmt::format("{}: its results.json is not there or is cut, so of its runs only those with a "
                    "result.json are known",
                    folder.string()));
  } else {
    const auto lost =
        CountNamed(results) -
        static_cast<std::size_t>(std::ranges::count_if(
            report.results, [](const ScenarioResult& result) { return !result.evidence.empty(); }));
    if (lost > 0) {
      problems_.push_back(
          fmt::format("{}: {} of the scenario folders that its results.json names are not there",
                      folder.string(), lost));
    }
  }
  MoveResults(folder, report);
  MoveConsoles(folder, report);
  if (IsFolder(folder / "sources")) CopyTree(folder / "sources", "sources", false);
  return report;
}

void FolderMerge::MoveResults(const fs::path& folder, RunReport& report) {
  std::map<std::string, std::string> moved;  // by name in `folder`, the place now
  const auto is_taken = [this](const std::string& name) { return fs::exists(out_.Spell(name)); };
  for (ScenarioResult& result : report.results) {
    if (result.evidence.empty()) continue;
    if (!IsRunFolderName(result.evidence)) {
      problems_.push_back(fmt::format("{}: left out, for no run's folder is called so",
                                      (folder / result.evidence).string()));
      result.evidence.clear();
      continue;
    }
    const auto [it, is_new] = moved.try_emplace(result.evidence);
    if (is_new) {
      const std::string& kernel = result.kernel.empty() ? report.kernel : result.kernel;
      const std::string name = FreeFolderName(result.evidence, kernel, is_taken);
      CopyTree(folder / result.evidence, name, true);
      it->second = out_.Spell(name);
    }
    result.evidence = it->second;
  }
}

void FolderMerge::MoveConsoles(const fs::path& folder, RunReport& report) {
  for (const fs::path& entry : EntriesOf(folder)) {
    const std::string name = entry.filename().string();
    if (!OutFolder::IsConsoleName(name)) continue;
    const std::optional<std::string> text = ReadRegularFile(entry);
    if (!text) continue;
    std::string free = name;
    for (int n = 2; fs::exists(out_.Spell(free)); ++n) {
      free = fmt::format("{}-{}.txt", entry.stem().string(), n);
    }
    out_.Write(free, *text);
    for (GuestReport& guest : report.guests) ReplacePath(guest.error, name, out_.Spell(free));
  }
}

void FolderMerge::CopyTree(const fs::path& from, const fs::path& name, bool replace) {
  out_.MakeFolders(name);
  for (const fs::path& entry : EntriesOf(from)) {
    const fs::path inner = name / entry.filename();
    if (IsFolder(entry)) {
      CopyTree(entry, inner, replace);
    } else if (IsRegularFile(entry) && (replace || !fs::exists(out_.Spell(inner.string())))) {
      const std::optional<std::string> text = ReadRegularFile(entry);
      if (!text) throw EnvironmentError("read", entry.string(), EIO);
      out_.Write(inner, *text);
    }
  }
}

}  // namespace halfopen

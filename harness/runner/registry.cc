// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/registry.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <utility>

namespace halfopen {
namespace {

// Functions' statics, because scenarios register themselves before main in an unknown order.
std::vector<ScenarioInfo>& Registry() {
  static std::vector<ScenarioInfo> registry;
  return registry;
}

std::vector<UsedByScenarios>& Programs() {
  static std::vector<UsedByScenarios> programs;
  return programs;
}

std::vector<UsedByScenarios>& Files() {
  static std::vector<UsedByScenarios> files;
  return files;
}

bool Enter(std::vector<UsedByScenarios>& used, const char* name,
           const std::source_location& place) {
  used.push_back({name, FolderOf(place.file_name())});
  return true;
}

// By index in the registry.
std::vector<std::function<void()>>& GoogleTestAdders() {
  static std::vector<std::function<void()>> adders;
  return adders;
}

}  // namespace

std::string RepositoryName(std::string_view file) {
  while (file.starts_with("../")) file.remove_prefix(3);
  return std::string(file);
}

std::string FolderOf(std::string_view file) {
  return std::filesystem::path(RepositoryName(file)).parent_path().string();
}

bool UsesProgram(const char* name, std::source_location place) {
  return Enter(Programs(), name, place);
}

bool UsesFile(const char* path, std::source_location place) { return Enter(Files(), path, place); }

const std::vector<UsedByScenarios>& UsedPrograms() { return Programs(); }

const std::vector<UsedByScenarios>& UsedFiles() { return Files(); }

void RegisterScenario(ScenarioInfo info, std::function<void()> add_to_googletest) {
  Registry().push_back(std::move(info));
  GoogleTestAdders().push_back(std::move(add_to_googletest));
}

void AddToGoogleTest(std::string_view test_name) {
  for (std::size_t i = 0; i < Registry().size(); ++i) {
    const ScenarioInfo& info = Registry()[i];
    // Each child looks through hundreds of them, so no name is put together in vain.
    if (!GoogleTestAdders()[i] || !test_name.starts_with(info.suite)) continue;
    if (info.TestName() == test_name) GoogleTestAdders()[i]();
  }
}

void AddAllToGoogleTest() {
  for (const std::function<void()>& add : GoogleTestAdders()) {
    if (add) add();
  }
}

const std::vector<ScenarioInfo>& RegisteredScenarios() { return Registry(); }

std::vector<std::string> DuplicateScenarios() {
  std::map<std::string, const ScenarioInfo*> first;
  std::vector<std::string> sentences;
  for (const ScenarioInfo& info : Registry()) {
    const auto [it, inserted] = first.emplace(info.TestName(), &info);
    if (inserted) continue;
    const std::string sentence =
        fmt::format("{} stands in two places: {}:{} and {}:{}", info.ScenarioName(),
                    it->second->file, it->second->line, info.file, info.line);
    // The families of one scenario share its place, and one sentence is enough for it.
    if (sentences.empty() || sentences.back() != sentence) sentences.push_back(sentence);
  }
  return sentences;
}

}  // namespace halfopen

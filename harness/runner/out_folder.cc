// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/out_folder.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <system_error>

#include "harness/foreign_json.h"
#include "harness/record/journal.h"
#include "netns/error.h"
#include "netns/regular_file.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

void Require(const std::error_code& error, std::string_view call, const fs::path& path) {
  if (error) throw EnvironmentError(call, path.string(), error.value());
}

constexpr char kDurations[] = "durations.json";

// What an earlier run has left; null if there is nothing that can be read.
nlohmann::json ReadJson(const fs::path& file) {
  const std::optional<std::string> text = ReadRegularFile(file);
  return text ? ParseForeignJson(*text) : nlohmann::json();
}

// Calls `visit` for each entry of "scenarios" that is an object.
template <typename Visit>
void ForEachScenario(const nlohmann::json& results, const Visit& visit) {
  if (!results.is_object() || !results.contains("scenarios")) return;
  for (const nlohmann::json& scenario : results["scenarios"]) {
    if (scenario.is_object()) visit(scenario);
  }
}

std::string StringAt(const nlohmann::json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : std::string{};
}

}  // namespace

OutFolder::OutFolder(const fs::path& path) : path_(path), folder_(HeldFolder::Make(path)) {
  std::error_code error;
  absolute_ = fs::canonical(path, error);
  Require(error, "--out", path);
  constexpr char kProbe[] = ".halfopen";
  try {
    folder_.Write(kProbe, {});
    folder_.Remove(kProbe);
  } catch (const EnvironmentError& refusal) {
    throw EnvironmentError("--out: cannot write to", path.string(), refusal.error());
  }
}

Durations OutFolder::EarlierDurations(std::string_view profile) const {
  Durations durations;
  const nlohmann::json kept = ReadJson(absolute_ / kDurations);
  if (!kept.is_object() || !kept.contains(profile)) return durations;
  for (const auto& [test, seconds] : kept[std::string(profile)].items()) {
    if (seconds.is_number()) durations[test] = seconds;
  }
  return durations;
}

void OutFolder::KeepDurations(const RunReport& report) const {
  nlohmann::json kept = ReadJson(absolute_ / kDurations);
  if (!kept.is_object()) kept = nlohmann::json::object();
  for (const ScenarioResult& result : report.results) {
    const bool ended = result.verdict == Verdict::kPassed || result.verdict == Verdict::kFailed;
    if (!ended || result.control) continue;
    nlohmann::json& durations = kept[result.profile.empty() ? report.profile : result.profile];
    if (!durations.is_object()) durations = nlohmann::json::object();
    durations[result.scenario.TestName()] = result.seconds;
  }
  Write(kDurations, kept.dump(1) + '\n');
}

void OutFolder::RemoveEarlierRuns() const {
  std::set<std::string> named;
  ForEachScenario(ReadJson(absolute_ / "results.json"), [&](const nlohmann::json& scenario) {
    named.insert(fs::path(StringAt(scenario, "evidence")).filename().string());
  });
  for (const std::string& name : folder_.Names()) {
    const fs::path folder = absolute_ / name;
    if (!IsRunFolderName(name) || !IsFolder(folder)) continue;
    // One whose runner was killed has a journal in the place of a result.
    const bool is_ours =
        std::ranges::any_of(std::array{"result.json", "timeline.json", Journal::kFileName},
                            [&](const char* file) { return IsRegularFile(folder / file); });
    if (is_ours || named.count(name) == 1) folder_.Remove(name);
  }
}

void OutFolder::RemoveEarlierResults() const {
  for (const char* name : {"results.json", "junit.xml", "index.html"}) folder_.Remove(name);
  for (const std::string& name : folder_.Names()) {
    if (IsConsoleName(name)) folder_.Remove(name);
  }
}

std::unique_ptr<ActAsUser> OutFolder::ReadAsOwner() const {
  const std::optional<InvokingUser> user = TheInvokingUser();
  struct stat status {};
  if (!user || fstat(folder_.fd(), &status) != 0 || status.st_uid != user->uid) return nullptr;
  if (!MayEnter(*user, absolute_)) return nullptr;
  return std::make_unique<ActAsUser>(*user);
}

std::string OutFolder::ConsoleName(const std::string& kernel) {
  return "console@" + kernel + ".txt";
}

bool OutFolder::IsConsoleName(const std::string& name) {
  return name.starts_with("console@") && name.ends_with(".txt");
}

fs::path OutFolder::MakeRunFolder(const std::string& name) const {
  folder_.Remove(name);
  folder_.MakeFolders(name);
  return absolute_ / name;
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/out_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <system_error>

#include "harness/foreign_json.h"
#include "harness/record/journal.h"
#include "netns/error.h"
#include "netns/fd.h"
#include "netns/write_all.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

std::optional<unsigned> IdFromEnvironment(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr || geteuid() != 0) return std::nullopt;
  const std::string_view digits(text);
  unsigned id = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), id);
  if (error != std::errc{} || end != digits.end()) return std::nullopt;
  return id;
}

void Require(const std::error_code& error, std::string_view call, const fs::path& path) {
  if (error) throw EnvironmentError(call, path.string(), error.value());
}

constexpr char kDurations[] = "durations.json";

// What an earlier run has left; null if there is nothing that can be read.
nlohmann::json ReadJson(const fs::path& file) {
  std::ifstream in(file);
  return ParseForeignJson(in);
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

OutFolder::OutFolder(const fs::path& path) : path_(path) {
  std::error_code error;
  absolute_ = fs::absolute(path, error);
  Require(error, "--out", path);
  const bool existed = fs::exists(absolute_, error);
  fs::create_directories(absolute_, error);
  Require(error, "--out: mkdir", path);
  const std::string probe = (absolute_ / ".halfopen.tmp").string();
  const Fd fd(open(probe.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) throw EnvironmentError("--out: cannot write to", path.string(), errno);
  unlink(probe.c_str());
  if (!existed) HandOver("");
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
  std::error_code error;
  std::vector<fs::path> earlier;
  for (const fs::directory_entry& entry : fs::directory_iterator(absolute_, error)) {
    const std::string name = entry.path().filename().string();
    std::error_code ignored;
    if (!fs::is_directory(entry.symlink_status(ignored)) || !IsRunFolderName(name)) continue;
    // One whose runner was killed has a journal in the place of a result.
    const bool is_ours = std::ranges::any_of(
        std::array{"result.json", "timeline.json", Journal::kFileName}, [&](const char* file) {
          return fs::is_regular_file(fs::symlink_status(entry.path() / file, ignored));
        });
    if (is_ours || named.count(name) == 1) earlier.push_back(entry.path());
  }
  Require(error, "--out: read", path_);
  for (const fs::path& folder : earlier) {
    fs::remove_all(folder, error);
    Require(error, "--out: remove the earlier run's", folder);
  }
}

void OutFolder::RemoveEarlierResults() const {
  for (const char* name : {"results.json", "junit.xml", "index.html"}) {
    std::error_code error;
    fs::remove(absolute_ / name, error);
    Require(error, "--out: remove", path_ / name);
  }
  std::vector<fs::path> consoles;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(absolute_, error)) {
    if (IsConsoleName(entry.path().filename().string())) consoles.push_back(entry.path());
  }
  Require(error, "--out: read", path_);
  for (const fs::path& console : consoles) {
    fs::remove(console, error);
    Require(error, "--out: remove", console);
  }
}

std::string OutFolder::ConsoleName(const std::string& kernel) {
  return "console@" + kernel + ".txt";
}

bool OutFolder::IsConsoleName(const std::string& name) {
  return name.starts_with("console@") && name.ends_with(".txt");
}

fs::path OutFolder::MakeRunFolder(const std::string& name) const {
  fs::path folder = absolute_ / name;
  std::error_code error;
  fs::remove_all(folder, error);
  Require(error, "remove", path_ / name);
  fs::create_directory(folder, error);
  Require(error, "mkdir", path_ / name);
  return folder;
}

void OutFolder::Write(const fs::path& name, std::string_view content) const {
  const std::string place = (absolute_ / name).string();
  const std::string beside = place + ".tmp";
  std::error_code failed;
  if (name.has_parent_path()) fs::create_directories(absolute_ / name.parent_path(), failed);
  Require(failed, "mkdir", path_ / name.parent_path());
  try {
    const Fd fd(Check(open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), "open",
                      beside));
    WriteAll(fd, content, place);
    Check(rename(beside.c_str(), place.c_str()), "rename", place);
  } catch (const EnvironmentError&) {
    unlink(beside.c_str());
    throw;
  }
  HandOver(name);
}

void OutFolder::HandOver(const fs::path& name) const {
  static const std::optional<unsigned> uid = IdFromEnvironment("SUDO_UID");
  static const std::optional<unsigned> gid = IdFromEnvironment("SUDO_GID");
  if (!uid || !gid) return;
  const auto give = [](const fs::path& path) {
    // A file that cannot be handed over is still evidence.
    static_cast<void>(lchown(path.c_str(), *uid, *gid) == 0);
  };
  const fs::path top = name.empty() ? absolute_ : absolute_ / name;
  give(top);
  std::error_code error;
  if (!fs::is_directory(fs::symlink_status(top, error))) return;
  for (auto it = fs::recursive_directory_iterator(top, error);
       it != fs::recursive_directory_iterator(); it.increment(error)) {
    give(it->path());
  }
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/read_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <regex>
#include <set>
#include <system_error>
#include <utility>

#include "harness/foreign_json.h"
#include "harness/record/journal.h"
#include "harness/report/result_json.h"
#include "harness/runner/schedule.h"
#include "netns/error.h"
#include "netns/regular_file.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// Null for a file that is none of ours: no regular file, not there, cut, no JSON.
Json ReadJsonFile(const fs::path& file) {
  const std::optional<std::string> text = ReadRegularFile(file);
  return text ? ParseForeignJson(*text) : Json();
}

// "out/Suite.Name.IPv4" -> "Suite.Name.IPv4" if `folder` has such a folder.
std::string FolderBelow(const fs::path& folder, const std::string& evidence) {
  const fs::path name = fs::path(evidence).filename();
  if (name.empty() || name == "." || name == "..") return {};
  return IsFolder(folder / name) ? name.string() : "";
}

// An entry of results.json or a whole result.json.
ScenarioResult ResultOf(const fs::path& folder, Json fields) {
  const std::string evidence = FolderBelow(folder, FieldOr<std::string>(fields, "evidence", ""));
  if (!evidence.empty()) {
    const Json more = ReadJsonFile(folder / evidence / "result.json");
    for (const char* name : {"file", "line", "causes", "failures", "says", "source", "outdated"}) {
      if (more.is_object() && more.contains(name)) fields[name] = more[name];
    }
  }
  const std::string full_name = FieldOr<std::string>(fields, "name", "");
  const std::size_t dot = full_name.find('.');
  fields["suite"] = full_name.substr(0, dot);
  fields["name"] = dot == std::string::npos ? "" : full_name.substr(dot + 1);
  if (fields.contains("control") && fields["control"].is_null()) fields.erase("control");
  ScenarioResult result = ResultFromJson(fields);
  result.kernel = FieldOr<std::string>(fields, "kernel", "");
  result.evidence = evidence;
  result.venue = FieldOr<std::string>(fields, "venue", "");
  result.profile = FieldOr<std::string>(fields, "profile", "");
  result.scenario.catalogue.verdict = FieldOr<std::string>(fields, "says", "");
  result.scenario.catalogue.source = FieldOr<std::string>(fields, "source", "");
  result.scenario.catalogue.outdated = FieldOr<std::string>(fields, "outdated", "");
  return result;
}

GuestReport GuestOf(const Json& json) {
  return {FieldOr<std::string>(json, "kernel", ""), FieldOr<std::string>(json, "release", ""),
          FieldOr(json, "virtual_seconds", 0.0), FieldOr(json, "wall_seconds", 0.0),
          FieldOr<std::string>(json, "error", "")};
}

RunReport FromResults(const fs::path& folder, const Json& json) {
  RunReport report;
  report.version = FieldOr<std::string>(json, "version", "");
  report.command = FieldOr<std::string>(json, "command", "");
  report.venue = FieldOr<std::string>(json, "venue", "");
  report.kernel = FieldOr<std::string>(json, "kernel", "");
  report.profile = FieldOr<std::string>(json, "profile", "");
  report.wall_seconds = FieldOr(json, "wall_seconds", 0.0);
  if (json.contains("virtual_seconds") && json["virtual_seconds"].is_number()) {
    report.virtual_seconds = json["virtual_seconds"].get<double>();
  }
  report.interrupted = FieldOr(json, "interrupted", false);
  for (const Json& guest : FieldOr(json, "guests", Json::array())) {
    if (guest.is_object()) report.guests.push_back(GuestOf(guest));
  }
  for (const Json& entry : FieldOr(json, "scenarios", Json::array())) {
    if (entry.is_object()) report.results.push_back(ResultOf(folder, entry));
  }
  return report;
}

// A run whose runner was killed while it went on: all that is known of it is the name of its
// folder.
std::optional<ScenarioResult> UnfinishedRun(const fs::path& folder, const std::string& name) {
  static const std::regex pattern(
      R"(([^./]+)\.([^./]+)\.IPv([46])(\.control-([0-9]+))?(\.([0-9]{1,9}))?(@([^/]+))?)");
  std::smatch parts;
  const auto is_file = [&](const char* file) { return IsRegularFile(folder / name / file); };
  if (!IsRunFolderName(name) || !std::regex_match(name, parts, pattern)) return std::nullopt;
  if (!is_file("timeline.json") && !is_file(Journal::kFileName)) return std::nullopt;
  ScenarioResult result;
  result.scenario = {parts[1], parts[2], "",
                     "",       0,        parts[3] == "6" ? IpFamily::kIpv6 : IpFamily::kIpv4};
  if (parts[5].matched) result.control = "cause " + parts[5].str();
  if (parts[7].matched) result.repeat = std::stoi(parts[7]);
  result.kernel = parts[9];
  result.reason = "halfopen was killed while this ran";
  result.evidence = name;
  return result;
}

// What a run that was killed left.
RunReport FromFolders(const fs::path& folder) {
  std::error_code error;
  std::set<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    names.insert(entry.path().filename().string());
  }
  if (error) throw EnvironmentError("read", folder.string(), error.value());
  RunReport report;
  report.interrupted = true;
  for (const std::string& name : names) {
    Json json = ReadJsonFile(folder / name / "result.json");
    if (json.is_object()) {
      json["evidence"] = name;
      report.results.push_back(ResultOf(folder, std::move(json)));
    } else if (std::optional<ScenarioResult> unfinished = UnfinishedRun(folder, name)) {
      report.results.push_back(std::move(*unfinished));
    }
  }
  return report;
}

// `problem` is why there is no JSON.
Timeline TimelineOf(const Json& json, const char* problem) {
  Timeline timeline;
  if (!json.is_object()) {
    timeline.problem = problem;
    return timeline;
  }
  if (const int version = FieldOr(json, "version", 0); version != 1) {
    timeline.problem = fmt::format("timeline.json is of version {}, and 1 is known", version);
    return timeline;
  }
  timeline.taps = FieldOr(json, "taps", Json::array());
  for (const Json& event : FieldOr(json, "events", Json::array())) {
    if (event.is_object()) timeline.events.push_back(event);
  }
  return timeline;
}

template <typename Make>
Timeline OrProblem(const Make& make) noexcept {
  try {
    return make();
  } catch (const std::exception& error) {
    Timeline timeline;
    timeline.problem = error.what();
    return timeline;
  }
}

constexpr char kNoTimeline[] = "timeline.json is cut or no timeline of halfopen's";

}  // namespace

RunReport ReadReport(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    throw EnvironmentError("read the evidence in", folder.string(), error ? error.value() : ENOTDIR,
                           "name the --out folder of a run, which has a results.json");
  }
  const Json results = ReadJsonFile(folder / "results.json");
  if (results.is_object()) return FromResults(folder, results);
  RunReport report = FromFolders(folder);
  if (report.results.empty()) {
    throw EnvironmentError("read the evidence in", folder.string(), 0,
                           "there is neither a results.json nor a scenario's folder in it; name "
                           "the --out folder of a run");
  }
  return report;
}

Timeline ReadTimelineOf(const ScenarioResult& result, const fs::path& run_folder) {
  Timeline timeline = ReadTimeline(run_folder);
  if (!timeline.problem.empty() && result.repeat > 1 && result.AsExpected()) {
    timeline.problem =
        "it ended like a repeat before it, whose evidence is there; run with --keep has all";
  }
  return timeline;
}

Timeline ParseTimeline(std::string_view text) noexcept {
  return OrProblem([&] { return TimelineOf(ParseForeignJson(text), kNoTimeline); });
}

Timeline ReadTimeline(const fs::path& run_folder) noexcept {
  return OrProblem([&] {
    const fs::path file = run_folder / "timeline.json";
    std::error_code error;
    return TimelineOf(ReadJsonFile(file),
                      fs::exists(file, error) ? kNoTimeline : "there is no timeline.json");
  });
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/page_data.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <system_error>
#include <tuple>
#include <utility>

#include "harness/report/headline.h"
#include "harness/report/ladder.h"
#include "harness/report/read_report.h"
#include "harness/report/result_json.h"
#include "harness/report/sources.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// What a scenario's process printed may be long; the whole of it is in its folder.
constexpr std::size_t kMostOutput = 64 * 1024;  // bytes

std::string ReadOutput(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(fs::symlink_status(file, error))) return {};
  std::ifstream in(file, std::ios::binary);
  std::string text(kMostOutput, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

std::vector<std::string> CapturesIn(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const std::string extension = entry.path().extension().string();
    if (extension == ".pcap" || extension == ".pcapng") {
      names.push_back(entry.path().filename().string());
    }
  }
  std::ranges::sort(names);
  return names;
}

// How this run is made again, up to the scenario's name.
std::string CommandFor(const ScenarioResult& result, const std::string& venue,
                       const std::string& profile, const std::string& kernel) {
  std::string command = "halfopen run";
  if (venue == "guest") command += " --kernel " + kernel;
  if (profile == "default") command += " --profile default";
  if (result.control) command += " --control";
  return command + " '" + result.scenario.TestName() + "'";
}

Json TallyOf(const RunReport& report) {
  const Tally tally = Count(report.results);
  return {{"passed", tally.passed},     {"failed", tally.failed}, {"skipped", tally.skipped},
          {"controls", tally.controls}, {"red", tally.red},       {"vacuous", tally.vacuous}};
}

class Reader {
 public:
  Reader(const RunReport& report, const fs::path& folder) : report_(report), folder_(folder) {}

  PageData Read() {
    data_.report = {{"version", report_.version},
                    {"command", report_.command},
                    {"columns", Json::array()},
                    {"stories", Json::array()},
                    {"runs", Json::array()},
                    {"wall_seconds", report_.wall_seconds},
                    {"interrupted", report_.interrupted}};
    if (report_.virtual_seconds) data_.report["virtual_seconds"] = *report_.virtual_seconds;
    data_.report["tally"] = TallyOf(report_);
    for (const GuestReport& guest : report_.guests) {
      data_.report["guests"].push_back({{"name", guest.name},
                                        {"release", guest.release},
                                        {"virtual_seconds", guest.virtual_seconds},
                                        {"wall_seconds", guest.wall_seconds},
                                        {"error", guest.error}});
    }
    data_.sources = Json::object();
    for (const ScenarioResult& result : report_.results) Add(result);
    return std::move(data_);
  }

 private:
  void Add(const ScenarioResult& result) {
    const std::string kernel = result.kernel.empty() ? report_.kernel : result.kernel;
    const std::string venue = result.venue.empty() ? report_.venue : result.venue;
    const std::string profile = result.profile.empty() ? report_.profile : result.profile;
    const std::size_t story = StoryOf(result);
    const std::size_t index = data_.report["runs"].size();
    Json run = {{"story", story},
                {"ip", ToString(result.scenario.ip)},
                {"column", ColumnOf(kernel, venue, profile)},
                {"verdict", ToString(result.verdict)},
                {"as_expected", result.AsExpected()},
                {"repeat", result.repeat},
                {"seconds", result.seconds},
                {"again", CommandFor(result, venue, profile, kernel)}};
    if (result.control) run["control"] = *result.control;
    if (result.vacuous) run["vacuous"] = true;
    if (!result.reason.empty()) run["reason"] = result.reason;
    if (std::string line = Headline(result); !line.empty()) run["headline"] = std::move(line);
    if (!result.evidence.empty()) run["folder"] = result.evidence;
    data_.stories[story][std::to_string(index)] = DetailsOf(result, run);
    data_.report["runs"].push_back(std::move(run));
  }

  std::size_t ColumnOf(const std::string& kernel, const std::string& venue,
                       const std::string& profile) {
    const auto [it, is_new] = columns_.try_emplace({kernel, venue, profile}, columns_.size());
    if (is_new) {
      data_.report["columns"].push_back(
          {{"kernel", kernel}, {"venue", venue}, {"profile", profile}});
    }
    return it->second;
  }

  std::size_t StoryOf(const ScenarioResult& result) {
    const auto [it, is_new] = stories_.try_emplace(result.scenario.ScenarioName(), stories_.size());
    if (is_new) {
      const CatalogueEntry& entry = result.scenario.catalogue;
      data_.report["stories"].push_back({{"name", result.scenario.ScenarioName()},
                                         {"family", result.scenario.family},
                                         {"file", result.scenario.file},
                                         {"line", result.scenario.line},
                                         {"says", entry.verdict},
                                         {"source", entry.source},
                                         {"outdated", entry.outdated}});
      data_.stories.push_back(Json::object());
      AddSource(result.scenario.file);
    }
    for (const Failure& failure : result.failures) AddSource(failure.file);
    return it->second;
  }

  void AddSource(const std::string& file) {
    if (data_.sources.contains(file)) return;
    if (std::string text = ReadKeptSource(folder_, file); !text.empty()) {
      data_.sources[file] = std::move(text);
    }
  }

  // Adds to `run` what the overview wants of the timeline.
  Json DetailsOf(const ScenarioResult& result, Json& run) {
    Json failures = Json::array();
    for (const Failure& failure : result.failures) {
      failures.push_back(
          {{"file", failure.file}, {"line", failure.line}, {"message", failure.message}});
    }
    Json details = {{"failures", std::move(failures)}, {"causes", result.causes}};
    Timeline timeline;
    timeline.problem = "no evidence was kept";
    if (!result.evidence.empty()) {
      const fs::path place = folder_ / result.evidence;
      timeline = ReadTimeline(place);
      details["output"] = ReadOutput(place / "output.txt");
      details["captures"] = CapturesIn(place);
    } else {
      details["captures"] = Json::array();
    }
    details["ladder"] = ToJson(MakeLadder(timeline));
    for (const Json& event : timeline.events) {
      if (FieldOr<std::string>(event, "kind", "") != "deviation") continue;
      if (FieldOr(event, "applies", false)) {
        run["deviations"].push_back(FieldOr<std::string>(event, "reason", ""));
      }
    }
    return details;
  }

  const RunReport& report_;
  const fs::path& folder_;
  PageData data_;
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> columns_;
  std::map<std::string, std::size_t> stories_;
};

}  // namespace

PageData ReadPageData(const RunReport& report, const fs::path& folder) {
  return Reader(report, folder).Read();
}

}  // namespace halfopen

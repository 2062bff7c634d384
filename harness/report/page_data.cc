// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/page_data.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <map>
#include <string>
#include <thread>
#include <tuple>
#include <utility>

#include "harness/report/again_command.h"
#include "harness/report/headline.h"
#include "harness/report/packed_json.h"
#include "harness/report/page_details.h"
#include "harness/report/sources.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

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
    ReadStories();
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
                {"again", AgainCommand(result, venue, profile, kernel)}};
    if (result.control) run["control"] = *result.control;
    if (result.vacuous) run["vacuous"] = true;
    if (!result.reason.empty()) run["reason"] = result.reason;
    if (std::string line = Headline(result); !line.empty()) run["headline"] = std::move(line);
    if (!result.evidence.empty()) run["folder"] = result.evidence;
    data_.report["runs"].push_back(std::move(run));
    runs_[story].push_back(index);
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
      runs_.emplace_back();
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

  // Evidence of the whole catalogue is a hundred megabytes of JSON: every processor reads some of
  // it, and of what was read only the packed form is held.
  void ReadStories() {
    data_.stories.resize(runs_.size());
    std::atomic<std::size_t> next = 0;
    std::vector<std::future<void>> readers;
    for (unsigned i = 0; i < std::max(std::thread::hardware_concurrency(), 1U); ++i) {
      readers.push_back(std::async(std::launch::async, [this, &next] {
        for (std::size_t story; (story = next++) < runs_.size();) ReadStory(story);
      }));
    }
    for (std::future<void>& reader : readers) reader.get();
  }

  // Thread-safe for different stories: each writes only to what is its own.
  void ReadStory(std::size_t story) {
    Json details = Json::object();
    for (const std::size_t index : runs_[story]) {
      PageDetails read = ReadPageDetails(report_.results[index], folder_);
      details[std::to_string(index)] = std::move(read.details);
      Json& run = data_.report.at("runs").at(index);
      if (!read.deviations.empty()) run["deviations"] = std::move(read.deviations);
    }
    data_.stories[story] = PackedJson(details);
  }

  const RunReport& report_;
  const fs::path& folder_;
  PageData data_;
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> columns_;
  std::map<std::string, std::size_t> stories_;
  std::vector<std::vector<std::size_t>> runs_;  // of each story the indices of its results
};

}  // namespace

PageData ReadPageData(const RunReport& report, const fs::path& folder) {
  return Reader(report, folder).Read();
}

}  // namespace halfopen

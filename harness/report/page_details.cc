// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/page_details.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "harness/report/ladder.h"
#include "harness/report/read_report.h"
#include "harness/report/result_json.h"
#include "netns/regular_file.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// What a scenario's process printed may be long; the whole of it is in its folder.
constexpr std::size_t kMostOutput = std::size_t{64} << 10;  // bytes

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

}  // namespace

PageDetails ReadPageDetails(const ScenarioResult& result, const fs::path& folder) {
  Json failures = Json::array();
  for (const Failure& failure : result.failures) {
    failures.push_back(
        {{"file", failure.file}, {"line", failure.line}, {"message", failure.message}});
  }
  PageDetails read;
  read.details = {
      {"failures", std::move(failures)}, {"causes", result.causes}, {"captures", Json::array()}};
  Timeline timeline;
  timeline.problem = "no evidence was kept";
  if (!result.evidence.empty()) {
    const fs::path place = folder / result.evidence;
    timeline = ReadTimelineOf(result, place);
    read.details["output"] = ReadRegularFile(place / "output.txt", kMostOutput).value_or("");
    read.details["captures"] = CapturesIn(place);
  }
  read.details["ladder"] = ToJson(MakeLadder(timeline));
  for (const Json& event : timeline.events) {
    if (FieldOr<std::string>(event, "kind", "") != "deviation") continue;
    if (FieldOr(event, "applies", false)) {
      read.deviations.push_back(FieldOr<std::string>(event, "reason", ""));
    }
  }
  return read;
}

}  // namespace halfopen

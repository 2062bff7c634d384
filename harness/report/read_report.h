// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_READ_REPORT_H_
#define HALFOPEN_HARNESS_REPORT_READ_REPORT_H_

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "harness/report/result.h"

namespace halfopen {

// What a run left in its --out folder: results.json with what each folder's result.json adds. After
// a run that was killed there is no results.json, and every folder with a result.json counts.
// `evidence` of a result is the name of its folder below `folder`; a name that leads out of it, or
// that is a symbolic link, is dropped. Files may be cut or of another's making: what is missing or
// of the wrong type stays at its default, and `verdict` becomes kError with a reason.
// Throws EnvironmentError for a folder that is not to be read or holds no evidence.
RunReport ReadReport(const std::filesystem::path& folder);

// timeline.json of one run's folder. `problem` says why it is not to be used, for a reader;
// `events` holds only objects, in the order of the file.
struct Timeline {
  nlohmann::json taps = nlohmann::json::array();
  nlohmann::json events = nlohmann::json::array();
  std::string problem;
};

// Never throws.
Timeline ParseTimeline(std::string_view text) noexcept;
Timeline ReadTimeline(const std::filesystem::path& run_folder) noexcept;

// The same of a run whose result is known, which may say why there is no timeline.
Timeline ReadTimelineOf(const ScenarioResult& result, const std::filesystem::path& run_folder);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_READ_REPORT_H_

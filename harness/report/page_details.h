// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_PAGE_DETAILS_H_
#define HALFOPEN_HARNESS_REPORT_PAGE_DETAILS_H_

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/report/result.h"

namespace halfopen {

// What a page tells of a run when it is opened, read from the run's folder.
struct PageDetails {
  nlohmann::json details;               // RunDetails of page/model.ts
  std::vector<std::string> deviations;  // those that apply to its kernel, which the overview wants
};

// `folder` is the folder of the report. Thread-safe.
PageDetails ReadPageDetails(const ScenarioResult& result, const std::filesystem::path& folder);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_PAGE_DETAILS_H_

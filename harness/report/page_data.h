// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_PAGE_DATA_H_
#define HALFOPEN_HARNESS_REPORT_PAGE_DATA_H_

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/report/result.h"

namespace halfopen {

// What a report page shows, as page/model.ts has it.
struct PageData {
  nlohmann::json report;             // what the overview knows
  std::vector<std::string> stories;  // of each of its stories the details of the runs, PackedJson()
  nlohmann::json sources;            // the stories' files, by name
};

// Reads the evidence of `report` in `folder`, which is as ReadReport() leaves it. Evidence that is
// not to be read becomes the ladder's `problem`. Never throws for what evidence holds.
PageData ReadPageData(const RunReport& report, const std::filesystem::path& folder);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_PAGE_DATA_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_SOURCES_H_
#define HALFOPEN_HARNESS_REPORT_SOURCES_H_

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "harness/report/result.h"

namespace halfopen {

// The stories' source text is kept in the folder sources/ of the evidence, by the names that the
// compiler gave the files, so that a report can show it where the repository is not.

// Hands each source file of the report's scenarios and failures to `write` by its place below the
// folder of the evidence; files that are not to be found here are left out. Files are looked for
// below the working directory, and below the folder that the suite was built from.
void ForEachSource(
    const RunReport& report,
    const std::function<void(const std::filesystem::path& place, std::string_view text)>& write);

// The kept text of a file; empty if there is none, or for a name that leads out of the folder.
std::string ReadKeptSource(const std::filesystem::path& folder, const std::string& file);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_SOURCES_H_

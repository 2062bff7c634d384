// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <cstdio>
#include <system_error>
#include <vector>

#include "harness/report/page.h"
#include "harness/report/read_report.h"
#include "harness/report/sources.h"
#include "harness/runner/commands.h"
#include "harness/runner/out_folder.h"
#include "harness/runner/report_page.h"
#include "harness/runner/run_context.h"
#include "harness/runner/schedule.h"

namespace halfopen {

void WriteReportPage(const RunReport& report, const OutFolder& out) {
  ForEachSource(report, [&](const std::filesystem::path& place, std::string_view text) {
    out.Write(place, text);
  });
  out.Write("index.html", ReportPage(ReadPageData(report, out.Spell(""))));
}

namespace {

// What was running when a runner was killed left a journal, of which nobody has made a timeline.
void SalvageUnfinished(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    std::error_code ignored;
    if (entry.symlink_status(ignored).type() == std::filesystem::file_type::directory &&
        IsRunFolderName(entry.path().filename().string())) {
      found.push_back(std::filesystem::absolute(entry.path(), ignored));
    }
  }
  for (const std::filesystem::path& run : found) SalvageHook()(run);
}

}  // namespace

int ReportCommand(const std::filesystem::path& folder) {
  SalvageUnfinished(folder);
  const RunReport report = ReadReport(folder);
  const OutFolder out(folder);
  out.Write("index.html", ReportPage(ReadPageData(report, folder)));
  fmt::print("report: {}\n", out.Spell("index.html"));
  return 0;
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "harness/report/page.h"
#include "harness/report/read_report.h"
#include "harness/report/sources.h"
#include "harness/runner/commands.h"
#include "harness/runner/invoking_user.h"
#include "harness/runner/out_folder.h"
#include "harness/runner/report_page.h"
#include "harness/runner/run_context.h"
#include "harness/runner/schedule.h"
#include "netns/regular_file.h"

namespace halfopen {

void KeepSources(const RunReport& report, const OutFolder& out) {
  ForEachSource(report, [&](const std::filesystem::path& place, std::string_view text) {
    out.Write(place, text);
  });
}

void WriteReportPage(const RunReport& report, const OutFolder& out) {
  std::unique_ptr<ActAsUser> rights = out.ReadAsOwner();
  const std::string page = ReportPage(ReadPageData(report, out.Spell("")));
  rights.reset();
  out.Write("index.html", page);
}

namespace {

// What was running when a runner was killed left a journal, of which nobody has made a timeline.
void SalvageUnfinished(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    std::error_code ignored;
    if (IsFolder(entry.path()) && IsRunFolderName(entry.path().filename().string())) {
      found.push_back(std::filesystem::absolute(entry.path(), ignored));
    }
  }
  for (const std::filesystem::path& run : found) SalvageHook()(run);
}

}  // namespace

int ReportCommand(const std::filesystem::path& folder) {
  BecomeInvokingUser({folder});
  SalvageUnfinished(folder);
  const RunReport report = ReadReport(folder);
  const OutFolder out(folder);
  WriteReportPage(report, out);
  fmt::print("report: {}\n", out.Spell("index.html"));
  return 0;
}

}  // namespace halfopen

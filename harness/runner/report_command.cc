// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>

#include "harness/report/page.h"
#include "harness/report/read_report.h"
#include "harness/report/sources.h"
#include "harness/runner/commands.h"
#include "harness/runner/invoking_user.h"
#include "harness/runner/out_folder.h"
#include "harness/runner/report_page.h"

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

int ReportCommand(const std::filesystem::path& folder) {
  BecomeInvokingUser({folder});
  const RunReport report = ReadReport(folder);
  const OutFolder out(folder);
  WriteReportPage(report, out);
  fmt::print("report: {}\n", out.Spell("index.html"));
  return 0;
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <cstdio>

#include "harness/report/page.h"
#include "harness/report/read_report.h"
#include "harness/report/sources.h"
#include "harness/runner/commands.h"
#include "harness/runner/out_folder.h"
#include "harness/runner/report_page.h"

namespace halfopen {

void WriteReportPage(const RunReport& report, const OutFolder& out) {
  ForEachSource(report, [&](const std::filesystem::path& place, std::string_view text) {
    out.Write(place, text);
  });
  out.Write("index.html", ReportPage(ReadPageData(report, out.Spell(""))));
}

int ReportCommand(const std::filesystem::path& folder) {
  const RunReport report = ReadReport(folder);
  const OutFolder out(folder);
  out.Write("index.html", ReportPage(ReadPageData(report, folder)));
  fmt::print("report: {}\n", out.Spell("index.html"));
  return 0;
}

}  // namespace halfopen

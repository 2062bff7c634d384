// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/end_of_run.h"

#include <fmt/format.h>

#include <cstdio>
#include <ctime>
#include <exception>
#include <functional>
#include <memory>
#include <string>

#include "harness/report/github.h"
#include "harness/report/junit.h"
#include "harness/report/read_report.h"
#include "harness/report/results_json.h"
#include "harness/runner/failure_words.h"
#include "harness/runner/report_page.h"

namespace halfopen {
namespace {

// False if `write` could not, which has then been told.
bool Written(const std::function<void()>& write) {
  try {
    write();
    return true;
  } catch (const std::exception& error) {
    fmt::print(stderr, "halfopen: {}\n", FailureWords(error));
    return false;
  }
}

}  // namespace

bool EndRun(const RunReport& report, const OutFolder& out, KeptSources sources, Console& console) {
  const bool json = Written([&] { out.Write("results.json", ResultsJson(report)); });
  const bool junit = Written([&] { out.Write("junit.xml", JUnitXml(report, std::time(nullptr))); });
  const bool durations = Written([&] { out.KeepDurations(report); });
  const bool page = Written([&] {
    std::unique_ptr<ActAsUser> rights = out.ReadAsOwner();
    const RunReport evidence = ReadReport(out.Spell(""));
    rights.reset();
    if (sources == KeptSources::kFromRepository) KeepSources(evidence, out);
    WriteReportPage(evidence, out);
  });
  const bool github = Written([&] { console.Print(TellGitHub(report)); });
  console.Print(DescribeRun(report, console.style(), page ? out.Spell("index.html") : ""));
  return json && junit && durations && page && github;
}

}  // namespace halfopen

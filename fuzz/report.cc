// SPDX-License-Identifier: GPL-2.0-or-later
// A folder of evidence, and all that `halfopen report`, `show` and `merge` make of it.
#include <algorithm>
#include <vector>

#include "fuzz/scratch_folder.h"
#include "fuzz/target.h"
#include "harness/report/console.h"
#include "harness/report/github.h"
#include "harness/report/junit.h"
#include "harness/report/ladder.h"
#include "harness/report/merge.h"
#include "harness/report/page.h"
#include "harness/report/page_data.h"
#include "harness/report/read_report.h"
#include "harness/report/results_json.h"
#include "harness/report/show_text.h"
#include "harness/runner/merge_folders.h"
#include "harness/runner/out_folder.h"
#include "netns/error.h"

namespace halfopen::fuzz {
namespace {

constexpr char kRun[] = "RstAfterFin.SecondWriteFailsWithEpipe.IPv4";

void Tell(const RunReport& report, const std::filesystem::path& folder) {
  ReportPage(ReadPageData(report, folder));
  ResultsJson(report);
  JUnitXml(report, 0);
  GitHubAnnotations(report);
  GitHubSummary(report);
  DescribeRun(report, {});
  for (const ScenarioResult& result : report.results) {
    DescribeResult(result, {});
    ResultJson(report, result);
    const Ladder ladder = MakeLadder(ReadTimeline(folder / result.evidence));
    ShowText({report, result, ladder, result.evidence, {}, "halfopen"}, {});
  }
}

}  // namespace

// results.json, and of one run result.json, timeline.json and output.txt.
void ReportFolder(Input input) {
  static const ScratchFolder scratch;
  const std::vector<std::string_view> parts = Parts(input, 4);
  const std::filesystem::path run = std::filesystem::path("in") / kRun;
  if (!parts[0].empty()) scratch.Put("in/results.json", parts[0]);
  scratch.Put(run / "result.json", parts[1]);
  scratch.Put(run / "timeline.json", parts[2]);
  scratch.Put(run / "output.txt", parts[3]);
  try {
    const RunReport report = ReadReport(scratch.path() / "in");
    Tell(report, scratch.path() / "in");
    const OutFolder out(scratch.path() / "out");
    FolderMerge merge(out);
    const RunReport joined = JoinReports({merge.Add(scratch.path() / "in"), report});
    ResultsJson(joined);
    const OutFolder in(scratch.path() / "in");
    in.EarlierDurations("fast");
    in.RemoveEarlierRuns();
  } catch (const EnvironmentError&) {
    // No evidence, in words.
  }
  for (const std::string& name : scratch.Names()) {
    Require(name == "in" || name == "out", "written outside of the folder: " + name);
  }
  scratch.Empty();
}

}  // namespace halfopen::fuzz

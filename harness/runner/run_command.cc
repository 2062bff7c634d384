// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <exception>
#include <memory>
#include <stdexcept>

#include "harness/record/stall.h"
#include "harness/report/console.h"
#include "harness/report/junit.h"
#include "harness/report/results_json.h"
#include "harness/runner/commands.h"
#include "harness/runner/filter.h"
#include "harness/runner/isolated_child.h"
#include "harness/runner/out_folder.h"
#include "harness/runner/schedule.h"
#include "harness/runner/supervisor.h"
#include "netns/clock.h"
#include "netns/error.h"

namespace halfopen {
namespace {

RunReport BeginReport(const RunOptions& options) {
  RunReport report;
  report.version = kVersion;
  report.command = options.command;
  utsname system{};
  if (uname(&system) == 0) report.kernel = system.release;
  report.profile = ToString(options.profile);
  return report;
}

// GoogleTest is told nothing of our command line; it only gets ready to run one test per child.
void PrepareGoogleTest(const std::string& program) {
  GTEST_FLAG_SET(output, "");
  int argc = 1;
  std::string name = program;
  char* argv[] = {name.data(), nullptr};
  testing::InitGoogleTest(&argc, argv);
}

// How many scenarios the filters select that this run's profile leaves out.
std::size_t CountDefaultProfileOnly(RunOptions options) {
  const std::size_t selected = SelectScenarios(options, RegisteredScenarios()).size();
  options.profile = Profile::kDefault;
  return SelectScenarios(options, RegisteredScenarios()).size() - selected;
}

// Before anything of an earlier run is removed.
void RequireIsolation() {
  const IsolatedOutcome outcome = RunIsolated([](int) {});
  if (!outcome.ok) throw EnvironmentError("isolation", outcome.message, 0);
}

bool WriteReport(const OutFolder& out, const char* name, const std::string& content) {
  try {
    out.Write(name, content);
    return true;
  } catch (const EnvironmentError& error) {
    fmt::print(stderr, "halfopen: {}\n", error.what());
    return false;
  }
}

}  // namespace

int ReportNoMatch(const std::vector<std::string>& filters) {
  fmt::print(stderr, "halfopen: no scenario matches '{}'\n",
             filters.empty() ? "*" : fmt::format("{}", fmt::join(filters, ":")));
  for (const std::string& name : NearestNames(Filter(filters), RegisteredScenarios())) {
    fmt::print(stderr, "  near it: {}\n", name);
  }
  return 2;
}

int RunCommand(const RunOptions& options) {
  const TimePoint begin = Clock::now();
  const Shard shard = Shard::FromEnvironment();
  const std::vector<ScenarioInfo> selected = SelectScenarios(options, RegisteredScenarios());
  const std::size_t left_out = CountDefaultProfileOnly(options);
  if (selected.empty() && left_out > 0) {
    fmt::print(stderr, "halfopen: '{}' needs --profile default\n", fmt::join(options.filters, ":"));
    return 2;
  }
  if (selected.empty()) return ReportNoMatch(options.filters);
  RequireIsolation();
  const OutFolder out(options.out);
  std::vector<PlannedRun> plan = Plan(options, selected, shard, out.EarlierDurations());
  if (!options.keep) out.RemoveEarlierRuns();
  out.RemoveEarlierResults();

  PrepareGoogleTest(options.program);
  RunReport report = BeginReport(options);
  ConsoleStyle style = ConsoleStyle::Detect(STDOUT_FILENO);
  style.again = options.program + " run";
  if (options.profile == Profile::kDefault) style.again += " --profile default";
  Console console(STDOUT_FILENO, style);
  if (options.shuffle_seed) console.Print(fmt::format("--seed {}\n", *options.shuffle_seed));
  if (left_out > 0) {
    console.Print(fmt::format("{} left out: only with --profile default\n", left_out));
  }
  if (plan.empty()) console.Print("this shard has no scenario\n");
  {
    std::unique_ptr<StallMonitor> monitor;
    if (!options.virtual_time) monitor = StallMonitor::Start();
    SetCurrentStallMonitor(monitor.get());
    Supervisor(options, out, console, report).Run(std::move(plan));
  }

  report.wall_seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  const bool json = WriteReport(out, "results.json", ResultsJson(report));
  const bool junit = WriteReport(out, "junit.xml", JUnitXml(report, std::time(nullptr)));
  console.Print(DescribeRun(report, console.style()));
  const int code = ExitCode(report);
  return code == 0 && !(json && junit) ? 2 : code;
}

}  // namespace halfopen

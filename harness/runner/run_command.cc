// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <utility>

#include "harness/record/stall.h"
#include "harness/report/again_command.h"
#include "harness/report/console.h"
#include "harness/runner/commands.h"
#include "harness/runner/descriptor_limit.h"
#include "harness/runner/end_of_run.h"
#include "harness/runner/estimate.h"
#include "harness/runner/filter.h"
#include "harness/runner/invoking_user.h"
#include "harness/runner/isolated_child.h"
#include "harness/runner/out_folder.h"
#include "harness/runner/prepare_gtest.h"
#include "harness/runner/schedule.h"
#include "harness/runner/signals.h"
#include "harness/runner/supervisor.h"
#include "harness/runner/user_sysctls.h"
#include "harness/runner/virtual_run.h"
#include "harness/venue/kernel_store.h"
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

ConsoleStyle StyleOf(const RunOptions& options) {
  ConsoleStyle style = ConsoleStyle::Detect(STDOUT_FILENO);
  style.again = ShellWord(options.program) + " run";
  for (const std::string& kernel : options.kernels) {
    style.again += " --kernel " + ShellWord(kernel);
  }
  if (!options.modules.empty()) {
    style.again += " --modules " + ShellWord(options.modules.string());
  }
  if (options.profile == Profile::kDefault) style.again += " --profile default";
  for (const auto& [name, value] : options.sysctls) {
    style.again += " --sysctl " + ShellWord(name + "=" + value);
  }
  if (options.mutate) style.again += " --mutate";
  if (!options.mutant.empty()) style.again += " --mutant " + ShellWord(options.mutant);
  return style;
}

// Scenarios run from the same pages of program and libraries: on a machine short of memory they
// would go, and a story would wait for the disk in the middle of what it does, for seconds under
// load. An ordinary user may lock little (RLIMIT_MEMLOCK), and does without.
void StayInMemory() { mlockall(MCL_CURRENT); }

// On this machine's own kernel, in real time.
void RunHere(const RunOptions& options, const OutFolder& out, Console& console, RunReport& report,
             std::vector<PlannedRun> plan) {
  PrepareGoogleTest(options.program);
  StayInMemory();
  const std::unique_ptr<StallMonitor> monitor = StallMonitor::Start();
  SetCurrentStallMonitor(monitor.get());
  Supervisor(options, out, console, report).Run(std::move(plan));
  report.widest_stall_seconds = std::chrono::duration<double>(monitor->LongestStall()).count();
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
  const bool here = options.kernels.empty();
  // From here on a signal ends the run in order: it waits until the run looks for it.
  const Fd signals = TakeSignals();
  RaiseDescriptorLimit();
  if (here) {
    RequireIsolation();
    RequireSysctls(options.sysctls);
  } else {
    BecomeInvokingUser({KernelStore::InCache().cache(), options.out});
  }
  std::vector<Kernel> kernels = here ? std::vector<Kernel>{} : RequireGuests(options);
  const OutFolder out(options.out);
  const Durations earlier = out.EarlierDurations(ToString(options.profile));
  // In a guest all run side by side, and what an earlier run took must not change what this one
  // does.
  std::vector<PlannedRun> plan = Plan(options, selected, shard, here ? earlier : Durations{});
  if (!options.keep) out.RemoveEarlierRuns();
  out.RemoveEarlierResults();

  RunReport report = BeginReport(options);
  Console console(STDOUT_FILENO, StyleOf(options));
  if (options.shuffle_seed) console.Print(fmt::format("--seed {}\n", *options.shuffle_seed));
  if (left_out > 0) {
    console.Print(fmt::format("{} left out: only with --profile default\n", left_out));
  }
  if (plan.empty()) console.Print("this shard has no scenario\n");
  if (here) {
    if (options.profile == Profile::kDefault && !plan.empty()) {
      console.Print(DescribeEstimate(EstimateRun(plan, earlier, options), options) + "\n");
    }
    RunHere(options, out, console, report, std::move(plan));
  } else {
    VirtualRun(options, std::move(kernels), out, console, report).Run(plan);
  }

  report.wall_seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  const bool written = EndRun(report, out, KeptSources::kFromRepository, console);
  const int code = ExitCode(report);
  return code == 0 && !written ? 2 : code;
}

}  // namespace halfopen

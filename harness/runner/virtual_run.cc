// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/virtual_run.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <future>
#include <limits>
#include <mutex>
#include <set>
#include <utility>

#include "harness/report/results_json.h"
#include "harness/runner/guest_orders.h"
#include "harness/runner/luggage.h"
#include "harness/runner/signals.h"
#include "harness/venue/guest_console.h"
#include "harness/venue/kernel_store.h"
#include "harness/venue/machine.h"
#include "harness/venue/payload.h"
#include "harness/venue/snapshot.h"
#include "netns/error.h"

namespace halfopen {
namespace {

// How often the mailboxes are looked at, on the host: nothing of it reaches a guest.
constexpr std::chrono::milliseconds kLook{30};

// What a run without a timeout of its own may take of the guest's time: the longest default timers
// are hours.
constexpr std::chrono::hours kLongestRun{48};

// What all runs of a guest may take of its own time. A day of idling takes it some seconds, and a
// busy guest meets the limit on wall time before.
std::chrono::seconds VirtualLimit(const RunOptions& options, const std::vector<PlannedRun>& plan) {
  // A control may wait half as long again as its scenario, and few scenarios have three causes.
  const double runs_each = options.control ? 6 : 1;
  const auto alone = static_cast<double>(std::ranges::count_if(plan, StartsPrograms));
  const double others = static_cast<double>(plan.size()) - alone;
  const double rounds = alone * runs_each + std::ceil(others * runs_each / options.jobs);
  const std::chrono::duration<double> longest =
      options.timeout > Duration::zero() ? options.timeout : Duration(kLongestRun);
  const std::chrono::duration<double> all = kLongestRun + longest * rounds;
  // alarm(2) takes no more.
  constexpr double kMost = std::numeric_limits<std::int32_t>::max();
  return std::chrono::seconds(static_cast<std::int64_t>(std::min(all.count(), kMost)));
}

// The kernels' names as parts of file names, each one once.
std::vector<std::string> ColumnNames(const std::vector<Kernel>& kernels) {
  std::set<std::string> taken;
  std::vector<std::string> names;
  for (const Kernel& kernel : kernels) {
    const std::string plain = std::filesystem::path(kernel.name).filename().string();
    std::string name = plain;
    for (int n = 2; !taken.insert(name).second; ++n) name = fmt::format("{}-{}", plain, n);
    names.push_back(name);
  }
  return names;
}

// All at the same time, each on a thread that lives as long as the guest that it boots.
std::vector<std::future<Snapshot>> TakeSnapshots(
    const std::vector<Kernel>& kernels, const std::function<void(const std::string&)>& tell,
    int interrupt) {
  std::vector<std::future<Snapshot>> taking;
  for (const Kernel& kernel : kernels) {
    taking.push_back(std::async(std::launch::async,
                                [&, interrupt] { return SnapshotOf(kernel, tell, interrupt); }));
  }
  return taking;
}

// An emulated core keeps one core of the machine busy, so a kernel's runs are dealt out to two
// guests. Always two, whatever this machine has: what runs side by side decides the microseconds in
// the evidence.
constexpr std::size_t kGuestsPerKernel = 2;

std::vector<std::vector<PlannedRun>> DealOut(const std::vector<PlannedRun>& plan) {
  std::vector<std::vector<PlannedRun>> parts(std::min(kGuestsPerKernel, plan.size()));
  for (std::size_t i = 0; i < plan.size(); ++i) parts[i % parts.size()].push_back(plan[i]);
  return parts;
}

bool IsReadable(int descriptor) {
  pollfd watched{descriptor, POLLIN, 0};
  return poll(&watched, 1, 0) == 1;
}

ScenarioResult Interrupted(const PlannedRun& run, const std::string& kernel) {
  ScenarioResult result = ErrorFor(run, "interrupted");
  result.kernel = kernel;
  return result;
}

}  // namespace

std::vector<Kernel> RequireGuests(const RunOptions& options) {
  KernelStore store = KernelStore::InCache();
  std::vector<Kernel> kernels;
  for (const std::string& name : options.kernels) {
    if (IsKernelFile(name) && !std::filesystem::exists(name)) {
      throw EnvironmentError("--kernel", name, ENOENT);
    }
    kernels.push_back(IsKernelFile(name) ? store.FromFiles(name, options.modules)
                                         : store.Find(name));
  }
  QemuProgram();
  return kernels;
}

VirtualRun::VirtualRun(const RunOptions& options, std::vector<Kernel> kernels, const OutFolder& out,
                       Console& console, RunReport& report)
    : options_(options),
      kernels_(std::move(kernels)),
      names_(ColumnNames(kernels_)),
      out_(out),
      console_(console),
      report_(report),
      repeats_(options) {}

void VirtualRun::Run(const std::vector<PlannedRun>& plan) {
  report_.venue = "guest";
  report_.kernel = fmt::format("{}", fmt::join(names_, ", "));
  if (plan.empty()) return;
  const Fd signals = TakeSignals();
  try {
    StartGuests(plan, signals.get());
  } catch (const EnvironmentError&) {
    if (!IsReadable(signals.get())) throw;
    report_.interrupted = true;
    columns_.clear();
    for (const std::string& name : names_) {
      for (const PlannedRun& run : plan) report_.results.push_back(Interrupted(run, name));
    }
  }
  Follow(signals.get());
  for (const GuestReport& guest : report_.guests) {
    report_.virtual_seconds = std::max(report_.virtual_seconds.value_or(0), guest.virtual_seconds);
  }
}

void VirtualRun::StartGuests(const std::vector<PlannedRun>& plan, int interrupt) {
  std::mutex mutex;
  const std::function<void(const std::string&)> tell = [&](const std::string& line) {
    const std::lock_guard lock(mutex);
    console_.Print(line + "\n");
  };
  std::vector<std::future<Snapshot>> snapshots = TakeSnapshots(kernels_, tell, interrupt);
  const std::vector<std::vector<PlannedRun>> parts = DealOut(plan);
  std::vector<std::string> orders;
  for (const std::vector<PlannedRun>& part : parts) {
    orders.push_back(WriteGuestOrders(options_, part));
  }
  const std::vector<std::string> payloads = MakePayloads(LuggageFor(plan), orders);
  for (const auto& future : snapshots) future.wait();
  begin_ = Clock::now();
  for (std::size_t i = 0; i < kernels_.size(); ++i) {
    try {
      const Snapshot snapshot = snapshots[i].get();
      for (std::size_t part = 0; part < parts.size(); ++part) {
        columns_.push_back(std::make_unique<GuestColumn>(
            GuestResults(names_[i], parts[part]), kernels_[i].release,
            Guest(snapshot, payloads[part], VirtualLimit(options_, plan), interrupt)));
      }
    } catch (const BootError& error) {
      throw EnvironmentError(error.what(), {}, 0, KeepConsole(names_[i], error.console()));
    }
  }
}

std::string VirtualRun::KeepConsole(const std::string& kernel, const std::string& console) const {
  std::string name = OutFolder::ConsoleName(kernel);
  for (int n = 2; std::filesystem::exists(out_.Spell(name)); ++n) {
    name = OutFolder::ConsoleName(fmt::format("{}-{}", kernel, n));
  }
  try {
    out_.Write(name, console);
  } catch (const EnvironmentError& error) {
    return fmt::format("its console could not be kept ({}) and ends:\n{}", error.what(),
                       TailOf(console));
  }
  return fmt::format("its console: {}", out_.Spell(name));
}

void VirtualRun::Deliver(ScenarioResult result) {
  if (!result.evidence.empty()) {
    const std::filesystem::path folder = std::filesystem::path(result.evidence).filename();
    try {
      if (repeats_.IsToldAlready(result)) out_.MakeRunFolder(folder);
      out_.Write(folder / "result.json", ResultJson(report_, result));
    } catch (const EnvironmentError& error) {
      result.AddError(error.what());
    }
  }
  console_.Print(DescribeResult(result, console_.style()));
  report_.results.push_back(std::move(result));
}

void VirtualRun::Follow(int signals) {
  const auto deliver = [this](ScenarioResult result) { Deliver(std::move(result)); };
  const auto alive = [](const auto& column) { return !column->ended(); };
  while (std::ranges::any_of(columns_, alive)) {
    std::vector<pollfd> watched{{signals, POLLIN, 0}};
    for (const auto& column : columns_) {
      watched.push_back({column->ended() ? -1 : column->guest().pidfd(), POLLIN, 0});
    }
    if (poll(watched.data(), watched.size(), static_cast<int>(kLook.count())) < 0) continue;
    report_.interrupted = report_.interrupted || watched[0].revents != 0;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      GuestColumn& column = *columns_[i];
      if (column.ended()) continue;
      column.TakeRecords(out_, deliver);
      const bool over = watched[i + 1].revents != 0;
      std::string why = over ? "" : WhyEnd(column);
      if (over || !why.empty()) End(column, why);
    }
    ShowLive();
  }
}

std::string VirtualRun::WhyEnd(GuestColumn& column) const {
  if (report_.interrupted) return "interrupted";
  if (column.guest().broken()) return "what the guest wrote into its mailbox makes no sense";
  const bool limited = options_.wall_timeout > Duration::zero();
  if (!limited || Clock::now() - begin_ <= options_.wall_timeout) return {};
  return fmt::format("the guest still ran after {} (--wall-timeout)",
                     FormatDuration(options_.wall_timeout));
}

void VirtualRun::End(GuestColumn& column, std::string why) {
  const auto deliver = [this](ScenarioResult result) { Deliver(std::move(result)); };
  const std::string own = column.guest().End();
  column.TakeRecords(out_, deliver);
  if (!column.results().refusal().empty()) why = column.results().refusal();
  if (why.empty()) why = own;
  const std::vector<ScenarioResult> never_begun =
      column.CloseUp(why.empty() ? "the guest left this out" : why, deliver);
  report_.results.insert(report_.results.end(), never_begun.begin(), never_begun.end());
  if (why.empty() && !never_begun.empty()) why = "the guest has ended before its time";
  const std::string console = column.guest().Console();
  if (RanOutOfMemory(console)) {
    why += fmt::format(
        "{}its memory was used up and processes were killed for it; run fewer "
        "scenarios at once with -j",
        why.empty() ? "" : ": ");
  }
  std::string error;
  if (!why.empty() && !report_.interrupted) {
    error = fmt::format(
        "{}: {}{}; {}", column.name(), why,
        never_begun.empty() ? "" : fmt::format("; {} runs never began", never_begun.size()),
        KeepConsole(column.name(), console));
  }
  AddReport(column.Report(error));
}

void VirtualRun::AddReport(const GuestReport& part) {
  const auto known = std::ranges::find(report_.guests, part.name, &GuestReport::name);
  if (known == report_.guests.end()) {
    report_.guests.push_back(part);
    return;
  }
  known->virtual_seconds = std::max(known->virtual_seconds, part.virtual_seconds);
  known->wall_seconds = std::max(known->wall_seconds, part.wall_seconds);
  known->error += (known->error.empty() || part.error.empty() ? "" : "\n") + part.error;
}

void VirtualRun::ShowLive() {
  std::vector<LiveRow> rows;
  std::size_t waiting = 0;
  for (const auto& column : columns_) {
    if (column->ended()) continue;
    rows.push_back({column->name(), column->wall_seconds(),
                    fmt::format("{:.0f} s of its own time, {} running, {} ended",
                                column->results().virtual_seconds(), column->results().running(),
                                column->results().delivered())});
  }
  console_.ShowLive(rows, waiting);
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/virtual_run.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <set>
#include <utility>

#include "harness/report/results_json.h"
#include "harness/runner/guest_orders.h"
#include "harness/runner/registry.h"
#include "harness/runner/signals.h"
#include "harness/venue/kernel_store.h"
#include "harness/venue/payload.h"
#include "harness/venue/snapshot.h"
#include "netns/error.h"

namespace halfopen {
namespace {

// How often the mailboxes are looked at, on the host: nothing of it reaches a guest.
constexpr std::chrono::milliseconds kLook{30};

// What all scenarios of a guest may take of its own time. Two days: the longest default timers are
// hours, and a control may wait half as long again as its scenario.
constexpr std::chrono::hours kVirtualLimit{48};

std::vector<Kernel> FindKernels(const RunOptions& options) {
  KernelStore store = KernelStore::InCache();
  std::vector<Kernel> kernels;
  for (const std::string& name : options.kernels) {
    const bool path = name.find('/') != std::string::npos || std::filesystem::exists(name);
    kernels.push_back(path ? store.FromFiles(name, options.modules) : store.Find(name));
  }
  return kernels;
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

std::vector<std::string> ProgramsToTake() {
  const std::vector<std::string>& used = UsedPrograms();
  const std::set<std::string> distinct(used.begin(), used.end());
  return {distinct.begin(), distinct.end()};
}

// All at the same time, each on a thread that lives as long as the guest that it boots.
std::vector<Snapshot> TakeSnapshots(const std::vector<Kernel>& kernels, Console& console) {
  std::mutex mutex;
  std::vector<std::future<Snapshot>> taking;
  for (const Kernel& kernel : kernels) {
    taking.push_back(std::async(std::launch::async, [&] {
      return SnapshotOf(kernel, [&](const std::string& line) {
        const std::lock_guard lock(mutex);
        console.Print(line + "\n");
      });
    }));
  }
  std::vector<Snapshot> snapshots;
  for (auto& future : taking) future.wait();
  for (auto& future : taking) snapshots.push_back(future.get());
  return snapshots;
}

}  // namespace

VirtualRun::VirtualRun(const RunOptions& options, const OutFolder& out, Console& console,
                       RunReport& report)
    : options_(options), out_(out), console_(console), report_(report) {}

void VirtualRun::Run(const std::vector<PlannedRun>& plan) {
  const std::vector<Kernel> kernels = FindKernels(options_);
  const std::vector<std::string> names = ColumnNames(kernels);
  const std::vector<Snapshot> snapshots = TakeSnapshots(kernels, console_);
  const std::string payload = MakePayload(ProgramsToTake(), WriteGuestOrders(options_, plan));
  begin_ = Clock::now();
  for (std::size_t i = 0; i < kernels.size(); ++i) {
    columns_.push_back(std::make_unique<GuestColumn>(names[i], kernels[i], plan,
                                                     Guest(snapshots[i], payload, kVirtualLimit)));
  }
  report_.venue = "guest";
  report_.kernel = fmt::format("{}", fmt::join(names, ", "));
  Follow();
  for (const GuestReport& guest : report_.guests) {
    report_.virtual_seconds = std::max(report_.virtual_seconds.value_or(0), guest.virtual_seconds);
  }
}

void VirtualRun::Follow() {
  const Fd signals = TakeSignals();
  const auto deliver = [this](ScenarioResult result) {
    if (!result.evidence.empty()) {
      const std::filesystem::path folder = std::filesystem::path(result.evidence).filename();
      out_.Write(folder / "result.json", ResultJson(report_, result));
      out_.HandOver(folder);
    }
    console_.Print(DescribeResult(result, console_.style()));
    report_.results.push_back(std::move(result));
  };
  const auto alive = [](const auto& column) { return !column->ended(); };
  while (std::ranges::any_of(columns_, alive)) {
    std::vector<pollfd> watched{{signals.get(), POLLIN, 0}};
    for (const auto& column : columns_) {
      watched.push_back({column->ended() ? -1 : column->guest().pidfd(), POLLIN, 0});
    }
    if (poll(watched.data(), watched.size(), static_cast<int>(kLook.count())) < 0) continue;
    report_.interrupted = report_.interrupted || watched[0].revents != 0;
    const bool late =
        options_.wall_timeout > Duration::zero() && Clock::now() - begin_ > options_.wall_timeout;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      GuestColumn& column = *columns_[i];
      if (column.ended()) continue;
      column.TakeRecords(out_, deliver);
      const bool over = watched[i + 1].revents != 0;
      if (!over && !late && !report_.interrupted) continue;
      std::string why = column.guest().End();
      if (report_.interrupted) why = "interrupted";
      if (late && !over) {
        why = fmt::format("the guest still ran after {} (--wall-timeout)",
                          FormatDuration(options_.wall_timeout));
      }
      column.CloseUp(why.empty() ? "the guest left this out" : why, out_, deliver);
      Finish(column, why);
    }
    ShowLive();
  }
}

void VirtualRun::Finish(GuestColumn& column, const std::string& why) {
  report_.guests.push_back(column.Report(why));
  if (why.empty() || report_.interrupted) return;
  const std::string name = fmt::format("console@{}.txt", column.name());
  const std::string console = column.guest().Console();
  out_.Write(name, console);
  const bool memory = console.find("Out of memory") != std::string::npos;
  report_.guests.back().error = fmt::format(
      "{}: {}{}; its console: {}", column.name(), why,
      memory ? " when its memory was used up (run fewer scenarios at once with -j)" : "",
      out_.Spell(name));
}

void VirtualRun::ShowLive() {
  std::vector<LiveRow> rows;
  std::size_t waiting = 0;
  for (const auto& column : columns_) {
    if (column->ended()) continue;
    rows.push_back(
        {column->name(), column->wall_seconds(),
         fmt::format("{:.0f} s of its own time, {} running, {} ended", column->virtual_seconds(),
                     column->running(), column->delivered())});
  }
  console_.ShowLive(rows, waiting);
}

}  // namespace halfopen

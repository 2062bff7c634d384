// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/scenario_child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "harness/record/stall.h"
#include "harness/report/result_json.h"
#include "harness/runner/body.h"
#include "harness/runner/descriptor_limit.h"
#include "harness/runner/failure_words.h"
#include "harness/runner/held_up.h"
#include "harness/runner/run_context.h"
#include "netns/error.h"
#include "netns/fd.h"
#include "netns/one_cpu.h"
#include "netns/signal_words.h"

namespace halfopen {
namespace {

std::optional<Verdict> VerdictOf(const std::string& word) {
  for (const Verdict verdict :
       {Verdict::kPassed, Verdict::kFailed, Verdict::kSkipped, Verdict::kError}) {
    if (word == ToString(verdict)) return verdict;
  }
  return std::nullopt;
}

// Everything that the scenario and its libraries print is evidence.
void RedirectOutput(const std::filesystem::path& folder) {
  const std::string path = (folder / "output.txt").string();
  const Fd fd(Check(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644),
                    "open", path));
  Check(dup2(fd.get(), STDOUT_FILENO), "dup2", "standard output");
  Check(dup2(fd.get(), STDERR_FILENO), "dup2", "standard error");
  setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // So that a crash loses no line.
}

// What the child does: the rest of its life.
void RunScenario(const PlannedRun& run, const RunOptions& options,
                 const std::filesystem::path& folder, const LiveEvidence* live, StatusBoard& board,
                 int slot, int reports) {
  RestoreDescriptorLimit();
  ShareMemoryAmongThreads();
  RunContext& context = CurrentRun();
  context.profile = options.profile;
  context.evidence = folder;
  context.live = live;
  context.withheld_cause = run.withheld_cause;
  context.require_capabilities = options.require_capabilities;
  context.virtual_time = options.virtual_time;
  context.mutate = options.mutate && run.withheld_cause < 0;
  context.mutant = options.mutant;
  context.sysctls = options.sysctls;
  context.waiting_for = [&board, slot](const std::string& what) { board.Write(slot, what); };
  context.cpu = OneCpu(slot);
  context.held_up = options.virtual_time ? nullptr : &board.HeldUp(slot);
  context.set_up_done = [reports] { Report(reports, {{"ready", true}}); };
  context.give_up = [reports](const std::string& why) {
    Report(reports, {{"given_up", why}});
    _exit(1);
  };
  try {
    RedirectOutput(folder);
  } catch (const EnvironmentError& error) {
    Report(reports, {{"verdict", "error"}, {"reason", error.what()}});
    return;
  }
  RunOneTest(run.scenario.TestName(), reports);
}

// A guest's folders are in memory already, and die with it.
std::optional<LiveEvidence> MakeLive(const RunOptions& options) {
  if (options.virtual_time) return std::nullopt;
  return LiveEvidence::Create();
}

ChildExtras ExtrasFor(const std::optional<LiveEvidence>& live, const ChildWorld& world,
                      const std::filesystem::path& folder) {
  if (!live) return {};
  return {.descriptors = {live->fd()}, .on_orphaned = [&] {
            try {
              live->Unpack(world.Seen(folder));
            } catch (const std::exception&) {
              // Nobody is left to be told.
            }
          }};
}

}  // namespace

ScenarioChild::ScenarioChild(const PlannedRun& run, const RunOptions& options,
                             const Lifeline& lifeline, ChildWorld& world,
                             const std::filesystem::path& folder, StatusBoard& board, int slot)
    : run_(run),
      board_(board),
      slot_(slot),
      live_(MakeLive(options)),
      begin_((board.Clear(slot), Clock::now())),
      process_(IsolatedChild::Start(
          lifeline, world,
          [&](int reports) {
            RunScenario(run, options, world.Seen(folder), live_ ? &*live_ : nullptr, board, slot,
                        reports);
          },
          ExtrasFor(live_, world, folder))) {}

std::optional<TimePoint> ScenarioChild::deadline() const {
  if (run_.timeout == Duration::zero() || timed_out_) return std::nullopt;
  return begin_ + run_.timeout;
}

void ScenarioChild::TimeOut() {
  timed_out_ = true;
  process_.Kill();
}

void ScenarioChild::ReadReports() {
  std::array<char, 16384> buffer;
  ssize_t length = 0;
  while ((length = read(process_.reports(), buffer.data(), buffer.size())) > 0) {
    partial_.append(buffer.data(), static_cast<std::size_t>(length));
  }
  if (length == 0) silent_ = true;
  for (std::size_t end; (end = partial_.find('\n')) != std::string::npos;) {
    TakeReport(partial_.substr(0, end));
    partial_.erase(0, end + 1);
  }
}

void ScenarioChild::TakeReport(const std::string& line) {
  const nlohmann::json report = nlohmann::json::parse(line, nullptr, false);
  if (!report.is_object()) return;  // A line that a crash cut short.
  if (report.contains("ready")) ready_ = true;
  if (report.contains("failure")) {
    const nlohmann::json& failure = report["failure"];
    result_.failures.push_back(
        {failure.value("file", ""), failure.value("line", 0), failure.value("message", "")});
  }
  if (report.contains("verdict")) {
    ready_ = true;
    verdict_ = VerdictOf(report.value("verdict", ""));
    result_.reason = report.value("reason", "");
    result_.causes = report.value("causes", std::vector<std::string>{});
    result_.seconds = report.value("seconds", 0.0);
    result_.mutation = MutationFromJson(report);
  }
  if (report.contains("given_up")) given_up_ = report.value("given_up", "");
  if (report.contains("refused")) {
    verdict_ = Verdict::kError;
    result_.reason = report.value("refused", "");
  }
  if (report.contains("exited")) {
    end_ = fmt::format("the scenario called exit({}) before its end", report.value("exited", 0));
  }
  if (report.contains("signaled")) {
    killed_ = report.value("signaled", 0) == SIGKILL;
    end_ = KilledBy(report.value("signaled", 0));
  }
}

ScenarioResult ScenarioChild::Reap(bool interrupted) {
  const int signal = process_.Reap();
  ReadReports();
  JudgeEnd(signal, interrupted);
  return result_;
}

void ScenarioChild::JudgeEnd(int signal, bool interrupted) {
  Duration held_up{board_.HeldUp(slot_)};
  if (const StallMonitor* const monitor = CurrentStallMonitor()) {
    // Shorter ones keep whoever has work to do waiting, which the story's threads have told
    // already.
    held_up += monitor->StalledFor(begin_, Clock::now(), kShortestRetransmissionTimeout / 2);
  }
  result_.held_up_seconds = std::chrono::duration<double>(held_up).count();
  if (verdict_) {
    result_.verdict = *verdict_;
    return;
  }
  result_.seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
  if (interrupted) {
    result_.verdict = Verdict::kError;
    result_.reason = "interrupted";
  } else if (timed_out_) {
    result_.verdict = Verdict::kTimedOut;
    const std::string waiting_for = board_.Read(slot_);
    result_.reason = fmt::format("timed out after {}{}{}", FormatDuration(run_.timeout),
                                 waiting_for.empty() ? "" : " while waiting for: ", waiting_for);
  } else if (!given_up_.empty()) {
    result_.verdict = Verdict::kError;
    result_.reason = given_up_;
  } else {
    // No story sends itself SIGKILL: somebody has, or the kernel for want of memory.
    const bool from_outside = killed_ || (end_.empty() && signal == SIGKILL);
    result_.verdict = from_outside ? Verdict::kError : Verdict::kCrashed;
    result_.reason = !end_.empty() ? end_ : EndOfInit(signal);
    if (from_outside) result_.reason += " by somebody outside, or for want of memory (dmesg says)";
  }
}

}  // namespace halfopen

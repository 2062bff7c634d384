// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/supervisor.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <optional>
#include <utility>

#include "harness/report/results_json.h"
#include "harness/runner/held_up.h"
#include "harness/runner/luggage.h"
#include "harness/runner/run_context.h"
#include "harness/runner/signals.h"
#include "netns/error.h"
#include "netns/regular_file.h"

namespace halfopen {

namespace {

// Often enough to look alive, and nothing that a terminal or a core would notice.
constexpr std::chrono::milliseconds kRedraw{125};

}  // namespace

Supervisor::Supervisor(const RunOptions& options, const OutFolder& out, Console& console,
                       RunReport& report)
    : options_(options),
      out_(out),
      console_(console),
      report_(report),
      signals_(TakeSignals()),
      lifeline_(Lifeline::Create()),
      world_(options.virtual_time ? ChildWorld::InGuest() : ChildWorld(out.path())),
      board_(options.jobs),
      repeats_(options) {
  for (int slot = options.jobs - 1; slot >= 0; --slot) free_slots_.push_back(slot);
}

void Supervisor::Run(std::vector<PlannedRun> plan) {
  Enqueue(std::move(plan));
  while (!report_.interrupted && (!queue_.empty() || !alone_.empty() || !children_.empty())) {
    while (MayStart()) StartNext();
    if (children_.empty()) continue;
    ShowLive();
    Wait();
    KillLate();
  }
}

// In virtual time a program's work stops the one CPU for everything else, which would measure that
// instead of TCP: what starts programs runs by itself, when the others have ended. Nothing is lost,
// for the clock jumps when it waits.
void Supervisor::Enqueue(std::vector<PlannedRun> runs) {
  for (PlannedRun& run : runs) {
    const bool alone = options_.virtual_time && StartsPrograms(run);
    (alone ? alone_ : queue_).push_back(std::move(run));
  }
}

bool Supervisor::MayStart() const {
  // While one is alone nothing joins the others' queue: its controls run alone, too.
  if (queue_.empty()) return !alone_.empty() && children_.empty();
  if (free_slots_.empty()) return false;
  const auto setting_up = std::count_if(children_.begin(), children_.end(),
                                        [](const ScenarioChild& child) { return !child.ready(); });
  return setting_up < options_.set_ups;
}

void Supervisor::StartNext() {
  std::deque<PlannedRun>& from = queue_.empty() ? alone_ : queue_;
  const PlannedRun run = std::move(from.front());
  from.pop_front();
  try {
    StartChild(run);
  } catch (const EnvironmentError& error) {
    Deliver(run, ErrorFor(run, error.what()), nullptr);
  }
}

void Supervisor::StartChild(const PlannedRun& run) {
  const std::filesystem::path folder = out_.MakeRunFolder(run.FolderName());
  children_.emplace_back(run, options_, lifeline_, world_, folder, board_, free_slots_.back());
  free_slots_.pop_back();
  on_start_(run);
}

void Supervisor::Wait() {
  std::vector<pollfd> watched{{signals_.get(), POLLIN, 0}};
  std::vector<ScenarioChild*> owners;
  std::optional<TimePoint> wake;
  for (ScenarioChild& child : children_) {
    watched.push_back({child.pidfd(), POLLIN, 0});
    watched.push_back({child.reports(), POLLIN, 0});
    owners.push_back(&child);
    if (child.deadline()) wake = std::min(wake.value_or(TimePoint::max()), *child.deadline());
  }
  if (console_.style().live) wake = std::min(wake.value_or(TimePoint::max()), drawn_ + kRedraw);
  timespec timeout{};
  if (wake) {
    const Duration left = std::max<Duration>(*wake - Clock::now(), Duration::zero());
    timeout.tv_sec = std::chrono::duration_cast<std::chrono::seconds>(left).count();
    timeout.tv_nsec = (left % std::chrono::seconds(1)).count();
  }
  if (ppoll(watched.data(), watched.size(), wake ? &timeout : nullptr, nullptr) <= 0) return;
  if (watched[0].revents != 0) return Interrupt();
  for (std::size_t i = 0; i < owners.size(); ++i) {
    const bool ended = watched[2 * i + 1].revents != 0;
    if (ended) {
      Finish(*owners[i]);
    } else if (watched[2 * i + 2].revents != 0) {
      owners[i]->ReadReports();
    }
  }
}

void Supervisor::KillLate() {
  const TimePoint now = Clock::now();
  for (ScenarioChild& child : children_) {
    if (child.deadline() && *child.deadline() <= now) child.TimeOut();
  }
}

void Supervisor::Finish(ScenarioChild& child) {
  ScenarioResult result = child.Reap();
  Deliver(child.run(), std::move(result), &child);
  free_slots_.push_back(child.slot());
  children_.remove_if([&child](const ScenarioChild& other) { return &other == &child; });
}

void Supervisor::JudgeControl(const PlannedRun& run, ScenarioResult& result) {
  result.control = run.withheld_name;
  if (result.verdict == Verdict::kPassed) {
    result.vacuous = true;
    result.reason = fmt::format("vacuous: {} stays green although \"{}\" was withheld",
                                run.scenario.TestName(), run.withheld_name);
  } else if (result.verdict == Verdict::kSkipped) {
    result.verdict = Verdict::kError;
    result.reason = "the control run was skipped: " + result.reason;
  }
}

void Supervisor::Deliver(const PlannedRun& run, ScenarioResult result, const ScenarioChild* child) {
  const std::string name = run.FolderName();
  result.scenario = run.scenario;
  result.repeat = run.repeat;
  if (run.withheld_cause >= 0) JudgeControl(run, result);
  const std::optional<PlannedRun> in_its_place = RunInPlaceOf(run, options_, result);
  result.evidence = out_.Spell(name);
  try {
    if (child != nullptr) KeepEvidence(*child, out_.path() / name);
    if (repeats_.IsToldAlready(result)) out_.MakeRunFolder(name);
    out_.Write(std::filesystem::path(name) / "result.json", ResultJson(report_, result));
  } catch (const std::exception& error) {
    result.AddError(error.what());
  }
  const bool wants_controls =
      options_.control && !result.control && result.verdict == Verdict::kPassed;
  Tell(run, std::move(result));
  if (in_its_place) alone_.push_back(*in_its_place);
  if (!wants_controls) return;

  const ScenarioResult& normal = report_.results.back();
  std::vector<PlannedRun> controls = PlanControls(run, normal.causes, normal.seconds);
  if (!controls.empty()) return Enqueue(std::move(controls));
  ScenarioResult vacuous = normal;
  vacuous.control = "";
  vacuous.vacuous = true;
  vacuous.seconds = 0;
  vacuous.reason = fmt::format("vacuous: {} names no cause, so nothing shows that it can fail",
                               run.scenario.TestName());
  Tell(run, std::move(vacuous));
}

// What a scenario has left may be anything: it is read and written with a scenario's rights.
void Supervisor::KeepEvidence(const ScenarioChild& child, const std::filesystem::path& folder) {
  const LiveEvidence* const live = child.live();
  // One may have come to its end and not have been able to write.
  const bool whole = live == nullptr || IsRegularFile(folder / "timeline.json");
  if (child.finished() && whole) return;
  const ChildExtras extras{.descriptors =
                               live == nullptr ? std::vector<int>{} : std::vector<int>{live->fd()}};
  const auto salvage = [&](int) {
    const std::filesystem::path seen = world_.Seen(folder);
    if (live != nullptr) live->Unpack(seen);
    SalvageHook()(seen);
  };
  const IsolatedOutcome outcome = RunIsolated(world_, salvage, extras);
  if (!outcome.ok) throw EnvironmentError("salvage", folder.string(), 0, outcome.message);
}

void Supervisor::Tell(const PlannedRun& run, ScenarioResult result) {
  console_.Print(DescribeResult(result, console_.style()));
  on_result_(run, result);
  report_.results.push_back(std::move(result));
}

void Supervisor::Interrupt() {
  report_.interrupted = true;
  for (ScenarioChild& child : children_) child.Kill();
  while (!children_.empty()) {
    ScenarioChild& child = children_.front();
    ScenarioResult result = child.Reap(/*interrupted=*/true);
    Deliver(child.run(), std::move(result), &child);
    children_.pop_front();
  }
  for (const std::deque<PlannedRun>* waiting : {&queue_, &alone_}) {
    for (const PlannedRun& run : *waiting) {
      report_.results.push_back(ErrorFor(run, "interrupted"));
    }
  }
  queue_.clear();
  alone_.clear();
}

void Supervisor::ShowLive() {
  const TimePoint now = Clock::now();
  if (!console_.style().live || (console_.shows_live() && now < drawn_ + kRedraw)) return;
  drawn_ = now;
  std::vector<LiveRow> rows;
  for (const ScenarioChild& child : children_) {
    std::string title = child.run().scenario.TestName();
    if (child.run().withheld_cause >= 0) {
      title += fmt::format(" without \"{}\"", child.run().withheld_name);
    }
    rows.push_back({title, std::chrono::duration<double>(now - child.begin()).count(),
                    board_.Read(child.slot())});
  }
  console_.ShowLive(rows, queue_.size() + alone_.size());
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_SUPERVISOR_H_
#define HALFOPEN_HARNESS_RUNNER_SUPERVISOR_H_

#include <deque>
#include <functional>
#include <list>
#include <utility>
#include <vector>

#include "harness/report/console.h"
#include "harness/report/result.h"
#include "harness/runner/isolated_child.h"
#include "harness/runner/kept_repeats.h"
#include "harness/runner/out_folder.h"
#include "harness/runner/run_options.h"
#include "harness/runner/scenario_child.h"
#include "harness/runner/schedule.h"
#include "harness/runner/status_board.h"

namespace halfopen {

// Runs scenarios, one isolated child each, from a single thread with one poll loop. It wakes only
// when something happened, a deadline is over or a terminal wants to be redrawn.
class Supervisor {
 public:
  // Results are appended to `report`, whose other fields go into each result.json. The calling
  // process must be single-threaded, and SIGINT, SIGTERM and SIGHUP are taken over for good.
  Supervisor(const RunOptions& options, const OutFolder& out, Console& console, RunReport& report);

  // Hears of each run that begins, and of each result right after its evidence is finished.
  void OnStart(std::function<void(const PlannedRun&)> listener) { on_start_ = std::move(listener); }
  void OnResult(std::function<void(const PlannedRun&, const ScenarioResult&)> listener) {
    on_result_ = std::move(listener);
  }

  // Runs everything, in order as far as there is room. SIGINT, SIGTERM or SIGHUP ends it early:
  // what did not end then is an error, "interrupted".
  void Run(std::vector<PlannedRun> plan);

 private:
  void Enqueue(std::vector<PlannedRun> runs);
  bool MayStart() const;
  void StartNext();
  void StartChild(const PlannedRun& run);
  void Wait();
  void KillLate();
  void Finish(ScenarioChild& child);
  void Tell(const PlannedRun& run, ScenarioResult result);
  void JudgeControl(const PlannedRun& run, ScenarioResult& result);
  // `child` has run it; null if none could be started.
  void Deliver(const PlannedRun& run, ScenarioResult result, const ScenarioChild* child);
  void Interrupt();
  void ShowLive();
  void KeepEvidence(const ScenarioChild& child, const std::filesystem::path& folder);

  const RunOptions& options_;
  const OutFolder& out_;
  Console& console_;
  RunReport& report_;
  Fd signals_;
  Lifeline lifeline_;
  ChildWorld world_;
  StatusBoard board_;
  std::vector<int> free_slots_;
  std::deque<PlannedRun> queue_;
  std::deque<PlannedRun> alone_;  // each to run by itself, when the queue is done
  std::list<ScenarioChild> children_;
  KeptRepeats repeats_;
  std::function<void(const PlannedRun&)> on_start_ = [](const PlannedRun&) {};
  std::function<void(const PlannedRun&, const ScenarioResult&)> on_result_ =
      [](const PlannedRun&, const ScenarioResult&) {};
  TimePoint drawn_{};  // when the live rows were last shown
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_SUPERVISOR_H_

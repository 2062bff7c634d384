// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_SCENARIO_CHILD_H_
#define HALFOPEN_HARNESS_RUNNER_SCENARIO_CHILD_H_

#include <filesystem>
#include <optional>
#include <string>

#include "harness/report/result.h"
#include "harness/runner/isolated_child.h"
#include "harness/runner/run_options.h"
#include "harness/runner/schedule.h"
#include "harness/runner/status_board.h"
#include "netns/clock.h"

namespace halfopen {

// One scenario that is running: its process, what it has reported and what that means.
class ScenarioChild {
 public:
  // Starts the scenario in `world`, with `folder` (existing, absolute) as its evidence and slot
  // `slot` of `board` to tell what it waits for. Throws EnvironmentError.
  ScenarioChild(const PlannedRun& run, const RunOptions& options, const Lifeline& lifeline,
                ChildWorld& world, const std::filesystem::path& folder, StatusBoard& board,
                int slot);

  const PlannedRun& run() const { return run_; }
  int slot() const { return slot_; }
  TimePoint begin() const { return begin_; }
  // Its set-up is over.
  bool ready() const { return ready_; }
  // It came to its own end, so that its evidence is finished.
  bool finished() const { return verdict_.has_value(); }
  // When it is to be killed; nothing if it has no timeout or was killed for it already.
  std::optional<TimePoint> deadline() const;

  // Readable when it has ended.
  int pidfd() const { return process_.pidfd(); }
  // Readable when it has reported something; -1 once nothing can come any more.
  int reports() const { return silent_ ? -1 : process_.reports(); }
  // Takes in what it has reported.
  void ReadReports();
  void Kill() { process_.Kill(); }
  // Kills it because its deadline is over.
  void TimeOut();

  // Reaps it, which waits if it has not ended, and says how it went.
  ScenarioResult Reap(bool interrupted = false);

  // What it recorded and may not have made files of; none if that is in its folder.
  const LiveEvidence* live() const { return live_ ? &*live_ : nullptr; }

 private:
  void TakeReport(const std::string& line);
  void JudgeEnd(int signal, bool interrupted);

  PlannedRun run_;
  StatusBoard& board_;
  int slot_;
  std::optional<LiveEvidence> live_;  // none: its evidence grows in its folder
  TimePoint begin_;
  IsolatedChild process_;
  bool ready_ = false;
  bool silent_ = false;
  bool timed_out_ = false;
  std::string partial_;  // a line of its reports that has not ended yet
  std::optional<Verdict> verdict_;
  std::string end_;       // how its body ended, in words
  bool killed_ = false;   // by SIGKILL
  std::string given_up_;  // why it has ended itself; empty if it has not
  ScenarioResult result_;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_SCENARIO_CHILD_H_

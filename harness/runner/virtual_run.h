// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_VIRTUAL_RUN_H_
#define HALFOPEN_HARNESS_RUNNER_VIRTUAL_RUN_H_

#include <memory>
#include <vector>

#include "harness/report/console.h"
#include "harness/report/result.h"
#include "harness/runner/guest_column.h"
#include "harness/runner/out_folder.h"
#include "harness/runner/run_options.h"
#include "harness/runner/schedule.h"

namespace halfopen {

// Runs scenarios in guests with virtual time, one guest per kernel, all at the same time, and
// brings results and evidence back as if they had run here.
class VirtualRun {
 public:
  // Results are appended to `report`. SIGINT, SIGTERM and SIGHUP are taken over for good once the
  // guests run.
  VirtualRun(const RunOptions& options, const OutFolder& out, Console& console, RunReport& report);

  // Boots kernels that have no snapshot yet, runs everything, and returns when all guests have
  // ended. A guest that comes to no good end leaves its console in --out, and an error for each of
  // its runs that has no result. Throws EnvironmentError, MissingCapability before anything runs.
  void Run(const std::vector<PlannedRun>& plan);

 private:
  void Follow();
  void Finish(GuestColumn& column, const std::string& why);
  void ShowLive();

  const RunOptions& options_;
  const OutFolder& out_;
  Console& console_;
  RunReport& report_;
  std::vector<std::unique_ptr<GuestColumn>> columns_;
  TimePoint begin_{};
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_VIRTUAL_RUN_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_VIRTUAL_RUN_H_
#define HALFOPEN_HARNESS_RUNNER_VIRTUAL_RUN_H_

#include <memory>
#include <string>
#include <vector>

#include "harness/report/console.h"
#include "harness/report/result.h"
#include "harness/runner/guest_column.h"
#include "harness/runner/kept_repeats.h"
#include "harness/runner/out_folder.h"
#include "harness/runner/run_options.h"
#include "harness/runner/schedule.h"
#include "harness/venue/kernel.h"

namespace halfopen {

// The kernels that the options name. Throws EnvironmentError if one is not to be had,
// MissingCapability without QEMU: before anything of an earlier run is removed.
std::vector<Kernel> RequireGuests(const RunOptions& options);

// Runs scenarios in guests with virtual time, two guests per kernel, all at the same time, and
// brings results and evidence back as if they had run here.
class VirtualRun {
 public:
  // Results are appended to `report`. `kernels` come from RequireGuests().
  VirtualRun(const RunOptions& options, std::vector<Kernel> kernels, const OutFolder& out,
             Console& console, RunReport& report);

  // Boots kernels that have no snapshot yet, runs everything, and returns when all guests have
  // ended. A guest that comes to no good end leaves its console in --out, and an error for each of
  // its runs that has no result. SIGINT, SIGTERM and SIGHUP are taken over for good; they end it
  // early, and what did not end then is an error, "interrupted". Throws EnvironmentError,
  // MissingCapability before anything runs.
  void Run(const std::vector<PlannedRun>& plan);

 private:
  void StartGuests(const std::vector<PlannedRun>& plan, int interrupt);
  void Follow(int signals);
  void Deliver(ScenarioResult result);
  // Why a guest that runs still has to be ended; empty if it need not be.
  std::string WhyEnd(GuestColumn& column) const;
  // `why` is empty for a guest that has ended by itself.
  void End(GuestColumn& column, std::string why);
  // Returns where it is: "its console: out/console@debian-6.12.txt".
  std::string KeepConsole(const std::string& kernel, const std::string& console) const;
  // Guests of one kernel are told of as one.
  void AddReport(const GuestReport& part);
  void ShowLive();

  const RunOptions& options_;
  std::vector<Kernel> kernels_;
  std::vector<std::string> names_;  // of the columns
  const OutFolder& out_;
  Console& console_;
  RunReport& report_;
  KeptRepeats repeats_;
  std::vector<std::unique_ptr<GuestColumn>> columns_;
  TimePoint begin_{};
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_VIRTUAL_RUN_H_

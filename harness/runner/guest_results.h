// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_GUEST_RESULTS_H_
#define HALFOPEN_HARNESS_RUNNER_GUEST_RESULTS_H_

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "harness/report/result.h"
#include "harness/runner/out_folder.h"
#include "harness/runner/schedule.h"
#include "harness/venue/mailbox_reader.h"

namespace halfopen {

// What is known of the runs in one guest, from the records that it sends. Nothing that a record may
// hold takes the run on the host down. Not thread-safe.
class GuestResults {
 public:
  using Deliver = std::function<void(ScenarioResult)>;

  // `name` is the guest's in results, unique among the kernels of the run and fit to be part of a
  // file's name.
  GuestResults(std::string name, const std::vector<PlannedRun>& plan);

  const std::string& name() const { return name_; }
  std::size_t running() const { return running_.size(); }
  std::size_t delivered() const { return delivered_; }
  double virtual_seconds() const { return virtual_seconds_; }
  // Why the guest would not begin; empty if it did.
  const std::string& refusal() const { return refusal_; }

  // Takes one record in: evidence goes to `out`, a result to `deliver`.
  void Take(const GuestRecord& told, const OutFolder& out, const Deliver& deliver);
  // No more records will come: every run that began and has no result gets one, an error for the
  // reason `why`. Returns such results for those that never began.
  std::vector<ScenarioResult> CloseUp(const std::string& why, const Deliver& deliver);

 private:
  void TakeResult(const nlohmann::json& record, std::string_view data, const OutFolder& out,
                  const Deliver& deliver);
  void TakeEvidence(const nlohmann::json& files, std::string_view data, const std::string& folder,
                    const OutFolder& out) const;

  std::string name_;
  std::map<std::string, PlannedRun> planned_;      // by folder
  std::map<std::string, PlannedRun> outstanding_;  // those without a result
  std::map<std::string, double> running_;          // by folder; begun, without a result
  std::size_t delivered_ = 0;
  double virtual_seconds_ = 0;
  std::string refusal_;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_GUEST_RESULTS_H_

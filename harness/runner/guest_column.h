// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_GUEST_COLUMN_H_
#define HALFOPEN_HARNESS_RUNNER_GUEST_COLUMN_H_

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/report/result.h"
#include "harness/runner/out_folder.h"
#include "harness/runner/schedule.h"
#include "harness/venue/guest.h"
#include "harness/venue/kernel.h"

namespace halfopen {

// One kernel's part of a run in virtual time: its guest, and what is known of the runs in it.
class GuestColumn {
 public:
  // `name` is unique among the kernels of the run and can be part of a file's name.
  GuestColumn(std::string name, const Kernel& kernel, const std::vector<PlannedRun>& plan,
              Guest guest);

  const std::string& name() const { return name_; }
  Guest& guest() { return guest_; }
  bool ended() const { return ended_; }
  std::size_t running() const { return running_.size(); }
  std::size_t delivered() const { return delivered_; }
  double virtual_seconds() const { return virtual_seconds_; }
  double wall_seconds() const;

  // Takes in what the guest has told since the last call: evidence goes to `out`, each result to
  // `deliver`.
  void TakeRecords(const OutFolder& out, const std::function<void(ScenarioResult)>& deliver);
  // The guest has ended: every run that began or was planned and has no result gets one, an error
  // for the reason `why`.
  void CloseUp(const std::string& why, const OutFolder& out,
               const std::function<void(ScenarioResult)>& deliver);
  // What is to be told of this guest as a whole.
  GuestReport Report(const std::string& error) const;

 private:
  void TakeResult(const nlohmann::json& record, std::string_view data, const OutFolder& out,
                  const std::function<void(ScenarioResult)>& deliver);
  std::string FolderFor(const std::string& name) const { return name + "@" + name_; }

  std::string name_;
  Kernel kernel_;
  Guest guest_;
  TimePoint begin_;
  TimePoint end_{};
  bool ended_ = false;
  std::map<std::string, PlannedRun> outstanding_;  // by folder; planned, without a result
  std::map<std::string, double> running_;          // by folder; begun, without a result
  std::size_t delivered_ = 0;
  double virtual_seconds_ = 0;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_GUEST_COLUMN_H_

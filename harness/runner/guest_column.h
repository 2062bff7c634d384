// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_GUEST_COLUMN_H_
#define HALFOPEN_HARNESS_RUNNER_GUEST_COLUMN_H_

#include <chrono>
#include <string>
#include <utility>

#include "harness/report/result.h"
#include "harness/runner/guest_results.h"
#include "harness/venue/guest.h"
#include "harness/venue/kernel.h"
#include "netns/clock.h"

namespace halfopen {

// One kernel's part of a run in virtual time: its guest, and what is known of the runs in it.
class GuestColumn {
 public:
  GuestColumn(GuestResults results, std::string release, Guest guest)
      : results_(std::move(results)),
        release_(std::move(release)),
        guest_(std::move(guest)),
        begin_(Clock::now()) {}

  const std::string& name() const { return results_.name(); }
  const GuestResults& results() const { return results_; }
  Guest& guest() { return guest_; }
  double wall_seconds() const {
    return std::chrono::duration<double>((ended_ ? end_ : Clock::now()) - begin_).count();
  }

  // Takes in what the guest has told since the last call.
  void TakeRecords(const OutFolder& out, const GuestResults::Deliver& deliver) {
    while (const std::optional<GuestRecord> told = guest_.Next()) {
      results_.Take(*told, out, deliver);
    }
  }
  // The guest has ended; GuestResults::CloseUp.
  std::vector<ScenarioResult> CloseUp(const std::string& why,
                                      const GuestResults::Deliver& deliver) {
    end_ = Clock::now();
    ended_ = true;
    return results_.CloseUp(why, deliver);
  }
  bool ended() const { return ended_; }
  // What is to be told of this guest as a whole.
  GuestReport Report(const std::string& error) const {
    return {name(), release_, results_.virtual_seconds(), wall_seconds(), error};
  }

 private:
  GuestResults results_;
  std::string release_;
  Guest guest_;
  TimePoint begin_;
  TimePoint end_{};
  bool ended_ = false;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_GUEST_COLUMN_H_

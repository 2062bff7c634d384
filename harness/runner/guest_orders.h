// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_GUEST_ORDERS_H_
#define HALFOPEN_HARNESS_RUNNER_GUEST_ORDERS_H_

#include <string>
#include <vector>

#include "harness/runner/run_options.h"
#include "harness/runner/schedule.h"

namespace halfopen {

// What the runner on the host has a runner in a guest do. Nothing of this machine gets in (no path,
// time or duration of an earlier run), so that equal calls give equal orders.
struct GuestOrders {
  RunOptions options;
  std::vector<PlannedRun> plan;
};

std::string WriteGuestOrders(const RunOptions& options, const std::vector<PlannedRun>& plan);

// Throws std::invalid_argument when the text is none, or names a scenario that this binary has not.
GuestOrders ReadGuestOrders(const std::string& text);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_GUEST_ORDERS_H_

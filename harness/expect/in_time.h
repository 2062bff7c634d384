// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_IN_TIME_H_
#define HALFOPEN_HARNESS_EXPECT_IN_TIME_H_

#include <gtest/gtest.h>

#include <source_location>
#include <string>
#include <vector>

#include "netns/clock.h"

namespace halfopen {

// A moment, or two between which it lies: a call made it happen, or it was seen by looking now and
// then.
struct Moment {
  TimePoint first;
  TimePoint last;

  Moment(TimePoint exact) : first(exact), last(exact) {}  // NOLINT: stands for itself
  Moment(TimePoint not_before, TimePoint not_after) : first(not_before), last(not_after) {}
};

// Whether `what` happened when the last of `timers` fired, which ran one after the other from
// `armed` on, for what no packet and no call tells:
//   EXPECT_TRUE(InTime("the request is forgotten", schedule, asked.begin, {last_seen, gone.time}));
// Of all times that two unsharp moments leave open it takes the one that is nearest to the kernel's
// bound. The time is in the evidence as every judged time is. `place` is the
// expectation's. Thread-safe.
testing::AssertionResult InTime(const std::string& what, const std::vector<Duration>& timers,
                                const Moment& armed, const Moment& fired,
                                std::source_location place = std::source_location::current());

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_IN_TIME_H_

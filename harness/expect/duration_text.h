// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_DURATION_TEXT_H_
#define HALFOPEN_HARNESS_EXPECT_DURATION_TEXT_H_

#include <string>

#include "netns/clock.h"

namespace halfopen {

// A duration as people write it: exact to the nanosecond and no longer than that takes, in the
// largest of s, ms, us and ns that leaves a whole number in front: "1s", "200ms", "1.031434s",
// "-5ms", "0s". Thread-safe.
std::string DurationText(Duration duration);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_DURATION_TEXT_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_WIRE_DIFFERENCE_H_
#define HALFOPEN_HARNESS_EXPECT_WIRE_DIFFERENCE_H_

#include <functional>
#include <string>
#include <vector>

#include "netns/clock.h"

namespace halfopen {

// A wire that was held against a script and differs.
struct WireDifference {
  // A line that is not as expected.
  struct Line {
    char mark = ' ';   // '-' missing, '+' extra, '!' late, early or different
    TimePoint time{};  // when the packet came; of a missing one, when it was to come
    std::string from;  // labels; empty of a quiet that the record ends in
    std::string to;
    std::string text;  // in packet notation: of a missing packet as expected, else as it came
    std::string note;  // what is wrong with it
  };

  TimePoint judged;
  std::string summary;  // "the wire differs (1 missing, …)"
  std::string report;   // all that the failure says of the wire, the summary first
  std::vector<Line> lines;
};

// Every difference that a matcher finds is told, also one that makes no expectation fail (a matcher
// within Not() or AnyOf()), and more than once if the matcher is asked more than once
// (FailedDifferences knows which count). Both functions are thread-safe.
void KeepDifferences(std::function<void(const WireDifference&)> keeper);
void Tell(const WireDifference& difference);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_WIRE_DIFFERENCE_H_

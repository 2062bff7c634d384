// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_WIRE_DIFF_NOTES_H_
#define HALFOPEN_HARNESS_EXPECT_WIRE_DIFF_NOTES_H_

#include <string>

#include "harness/expect/align.h"

namespace halfopen {

// What is wrong with a packet of the record, as "late: nominal 1s, measured 1.311s, at most
// 1.032s"; empty if nothing is. Thread-safe.
std::string Explain(const JudgedLine& line);

// "early: the record ends 120ms into it". Thread-safe.
std::string ExplainUnfinishedQuiet(const TimeDifference& quiet);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_WIRE_DIFF_NOTES_H_

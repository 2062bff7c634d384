// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_GUEST_TEXT_H_
#define HALFOPEN_HARNESS_REPORT_GUEST_TEXT_H_

#include <string>

#include "harness/report/result.h"

namespace halfopen {

// The end of a run in virtual time: which scenarios went differently by kernel, as a table with a
// column per kernel; a line per kernel with its count and the ratio of virtual to wall time; and
// what went wrong with a guest as a whole. Empty for a run without guests.
std::string DescribeGuests(const RunReport& report);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_GUEST_TEXT_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_BRIEF_H_
#define HALFOPEN_HARNESS_REPORT_BRIEF_H_

#include <string>
#include <vector>

#include "harness/report/result.h"

namespace halfopen {

// The one line that matters of a result that did not go as expected: why there is no verdict about
// TCP, else of its first failure
//   the wire differs (1 missing): - +1s client >| server . 0:0(0) ack 1 never seen; …
//   client.Send("ping"): expected: fails with EPIPE (Broken pipe); actual: client: send(…) = 4
// without control characters, and cut where it gets longer than a line ought to. Thread-safe.
std::string BriefOf(const ScenarioResult& result);

// The results that did not go as expected, findings about TCP first and errors of the environment
// last; without those that an interrupted run never came to.
std::vector<const ScenarioResult*> Unexpected(const RunReport& report);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_BRIEF_H_

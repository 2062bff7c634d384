// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_HEADLINE_H_
#define HALFOPEN_HARNESS_REPORT_HEADLINE_H_

#include <string>

#include "harness/report/result.h"

namespace halfopen {

// The one line that matters of a run: its reason, else of its first failure what was expected and
// what came instead ("client.Send("ping"): expected fails with EPIPE, actual …"), of a wire its
// sums and the first line with a mark ("the wire differs (1 missing): - +1s client >| …"). At most
// 300 bytes, cut between characters, no control characters. Empty for a run that has neither.
std::string Headline(const ScenarioResult& result);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_HEADLINE_H_

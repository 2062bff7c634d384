// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_UNEXPECTED_H_
#define HALFOPEN_HARNESS_REPORT_UNEXPECTED_H_

#include <vector>

#include "harness/report/result.h"

namespace halfopen {

// The results that did not go as expected, findings about TCP first and errors of the environment
// last; without those that an interrupted run never came to. They are the report's.
std::vector<const ScenarioResult*> Unexpected(const RunReport& report);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_UNEXPECTED_H_

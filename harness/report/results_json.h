// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_RESULTS_JSON_H_
#define HALFOPEN_HARNESS_REPORT_RESULTS_JSON_H_

#include <string>

#include "harness/report/result.h"

namespace halfopen {

// results.json: the run, and each scenario in one line's worth of fields.
std::string ResultsJson(const RunReport& report);

// result.json of one scenario: its fields in results.json, plus its causes and failures.
std::string ResultJson(const RunReport& report, const ScenarioResult& result);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_RESULTS_JSON_H_

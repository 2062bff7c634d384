// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_REPORT_PAGE_H_
#define HALFOPEN_HARNESS_RUNNER_REPORT_PAGE_H_

#include "harness/report/result.h"
#include "harness/runner/out_folder.h"

namespace halfopen {

// Keeps the text of the stories' files of a run that has just ended. Throws EnvironmentError.
void KeepSources(const RunReport& report, const OutFolder& out);

// Writes index.html over the evidence of a run. Throws EnvironmentError.
void WriteReportPage(const RunReport& report, const OutFolder& out);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_REPORT_PAGE_H_

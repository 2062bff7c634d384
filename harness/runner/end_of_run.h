// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_END_OF_RUN_H_
#define HALFOPEN_HARNESS_RUNNER_END_OF_RUN_H_

#include "harness/report/console.h"
#include "harness/report/result.h"
#include "harness/runner/out_folder.h"

namespace halfopen {

// Where the stories' text in a report comes from: the repository, or the evidence that has it
// already.
enum class KeptSources { kFromRepository, kFromEvidence };

// Writes what stands over the evidence of all scenarios (results.json, junit.xml, durations.json,
// index.html), tells GitHub Actions where it runs this, and prints the summary. What cannot be
// written is told on standard error; false then.
bool EndRun(const RunReport& report, const OutFolder& out, KeptSources sources, Console& console);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_END_OF_RUN_H_

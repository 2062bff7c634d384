// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_MERGE_H_
#define HALFOPEN_HARNESS_REPORT_MERGE_H_

#include <functional>
#include <string>
#include <vector>

#include "harness/report/result.h"

namespace halfopen {

// The reports of several runs (shards, machines, host and guests) as one, their results one behind
// the other. What differs between them (venue, kernel, profile) each result carries itself. The
// runs may have been made side by side: what all took is what the longest took.
RunReport JoinReports(const std::vector<RunReport>& parts);

// The name for a run's folder beside others: `name` if it is free, else with "@KERNEL" behind it,
// or with ".2", ".3", … behind that. `kernel` may hold anything.
std::string FreeFolderName(const std::string& name, const std::string& kernel,
                           const std::function<bool(const std::string&)>& is_taken);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_MERGE_H_

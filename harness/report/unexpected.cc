// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/unexpected.h"

#include <algorithm>

namespace halfopen {
namespace {

bool IsInterrupted(const ScenarioResult& result) {
  return result.verdict == Verdict::kError && result.reason == "interrupted";
}

}  // namespace

std::vector<const ScenarioResult*> Unexpected(const RunReport& report) {
  std::vector<const ScenarioResult*> unexpected;
  for (const ScenarioResult& result : report.results) {
    if (result.AsExpected() || (report.interrupted && IsInterrupted(result))) continue;
    unexpected.push_back(&result);
  }
  std::ranges::stable_sort(unexpected, {}, [](const ScenarioResult* result) {
    return result->verdict == Verdict::kError && !result->vacuous;
  });
  return unexpected;
}

}  // namespace halfopen

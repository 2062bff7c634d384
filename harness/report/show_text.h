// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_SHOW_TEXT_H_
#define HALFOPEN_HARNESS_REPORT_SHOW_TEXT_H_

#include <string>
#include <vector>

#include "harness/report/ladder.h"
#include "harness/report/ladder_text.h"
#include "harness/report/result.h"

namespace halfopen {

// What `halfopen show` tells of one run.
struct Shown {
  const RunReport& report;
  const ScenarioResult& result;
  Ladder ladder;
  std::string evidence;               // the run's folder as the user spells it
  std::vector<std::string> captures;  // the names of the capture files in it
  std::string program;                // as it was called: "build/halfopen"
};

// What the scenario says, how it ended, where and how to run it again, its ladder, and of each
// failure one line.
std::string ShowText(const Shown& shown, const LadderStyle& style);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_SHOW_TEXT_H_

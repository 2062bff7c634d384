// SPDX-License-Identifier: GPL-2.0-or-later
// Words of the command line: a FILTER, and a duration.
#include <string>

#include "fuzz/target.h"
#include "harness/expect/duration_text.h"
#include "harness/report/again_command.h"
#include "harness/report/fit_text.h"
#include "harness/runner/filter.h"
#include "harness/runner/run_options.h"
#include "harness/runner/schedule.h"

namespace halfopen::fuzz {

void Words(Input input) {
  const std::string_view text = AsText(input);
  if (const std::optional<Duration> duration = ParseDuration(text)) {
    Require(*duration >= Duration(0), "a negative duration");
    FormatDuration(*duration);
    // Exact to the nanosecond, so what is printed is read as the same but for a double's digits.
    const std::optional<Duration> again = ParseDuration(DurationText(*duration));
    Require(again || *duration < std::chrono::microseconds(1), DurationText(*duration));
  }
  ScenarioInfo scenario;
  scenario.suite = "RstAfterFin";
  scenario.name = "SecondWriteFailsWithEpipe";
  const Filter filter({std::string(text)});
  filter.Selects(scenario);
  NearestNames(filter, {scenario});
  IsRunFolderName(std::string(text));
  ShellWord(text);
  Require(ColumnsOf(CutEnd(text, 20)) <= 20, "CutEnd");
  Require(ColumnsOf(CutMiddle(text, 20)) <= 20, "CutMiddle");
}

}  // namespace halfopen::fuzz

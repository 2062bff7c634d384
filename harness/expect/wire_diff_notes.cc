// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/wire_diff_notes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>
#include <vector>

#include "harness/expect/duration_text.h"

namespace halfopen {
namespace {

// To a thousandth of its unit.
std::string PrintRounded(Duration time) {
  const Duration step = time >= std::chrono::seconds(1)        ? std::chrono::milliseconds(1)
                        : time >= std::chrono::milliseconds(1) ? std::chrono::microseconds(1)
                                                               : Duration(1);
  return DurationText((time + step / 2) / step * step);
}

// Both rounded, unless they would look the same.
std::pair<std::string, std::string> PrintBoth(Duration a, Duration b) {
  if (PrintRounded(a) != PrintRounded(b)) return {PrintRounded(a), PrintRounded(b)};
  return {DurationText(a), DurationText(b)};
}

std::string ExplainTime(const TimeDifference& time) {
  const auto [measured, bound] = PrintBoth(time.measured, time.bound);
  return fmt::format("{}: nominal {}, measured {}, at {} {}", time.late() ? "late" : "early",
                     DurationText(time.nominal), measured, time.late() ? "most" : "least", bound);
}

std::string MeasuredQuiet(const TimeDifference& quiet) {
  return PrintBoth(quiet.measured, quiet.nominal).first;
}

}  // namespace

std::string Explain(const JudgedLine& line) {
  std::vector<std::string> notes;
  if (line.extra()) notes.push_back("not expected");
  if (line.quiet.has_value()) {
    notes.push_back(fmt::format("{}{} into quiet {}", line.extra() ? "" : "early: ",
                                MeasuredQuiet(*line.quiet), DurationText(line.quiet->nominal)));
  }
  if (line.time.has_value()) notes.push_back(ExplainTime(*line.time));
  for (const FieldDifference& difference : line.differences) {
    notes.push_back(fmt::format("{}expected {}, was {}",
                                &difference == &line.differences.front() ? "different: " : "",
                                difference.expected, difference.actual));
  }
  return fmt::format("{}", fmt::join(notes, "; "));
}

std::string ExplainUnfinishedQuiet(const TimeDifference& quiet) {
  return fmt::format("early: the record ends {} into it", MeasuredQuiet(quiet));
}

}  // namespace halfopen

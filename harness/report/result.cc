// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/result.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace halfopen {

std::string_view ToString(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPassed:
      return "passed";
    case Verdict::kFailed:
      return "failed";
    case Verdict::kSkipped:
      return "skipped";
    case Verdict::kError:
      return "error";
    case Verdict::kCrashed:
      return "crashed";
    case Verdict::kTimedOut:
      return "timed_out";
    case Verdict::kHeldUp:
      return "held_up";
  }
  return "error";
}

std::string WordsOf(Verdict verdict) {
  std::string words(ToString(verdict));
  std::ranges::replace(words, '_', ' ');
  return words;
}

std::string Failure::ToString() const {
  if (file.empty()) return fmt::format("Failure: {}", message);
  return fmt::format("{}:{}: Failure: {}", file, line, message);
}

void ScenarioResult::AddError(const std::string& words) {
  verdict = Verdict::kError;
  vacuous = false;
  reason = reason.empty() ? words : reason + "; " + words;
}

bool ScenarioResult::IsRedControl() const {
  return control && (verdict == Verdict::kFailed || verdict == Verdict::kTimedOut ||
                     verdict == Verdict::kCrashed);
}

bool ScenarioResult::AsExpected() const {
  if (control) return IsRedControl();
  return verdict == Verdict::kPassed || verdict == Verdict::kSkipped || verdict == Verdict::kHeldUp;
}

std::string ScenarioResult::Title() const {
  std::string title = scenario.TestName();
  if (!kernel.empty()) title += fmt::format(" on {}", kernel);
  if (repeat > 1) title += fmt::format(" (run {})", repeat);
  if (control && control->empty()) title += " without a cause";
  if (control && !control->empty()) title += fmt::format(" without \"{}\"", *control);
  return title;
}

Tally Count(const std::vector<ScenarioResult>& results) {
  Tally tally;
  // Whether the controls of a run went as they should, which decides about the run itself.
  std::map<std::tuple<std::string, std::string, std::string, int>, bool> controls_hold;
  const auto key = [](const ScenarioResult& result) {
    return std::tuple(result.scenario.TestName(), result.kernel, result.profile, result.repeat);
  };
  for (const ScenarioResult& result : results) {
    if (!result.control) continue;
    ++tally.controls;
    if (result.IsRedControl()) ++tally.red;
    if (result.vacuous) ++tally.vacuous;
    bool& holds = controls_hold.try_emplace(key(result), true).first->second;
    holds = holds && result.AsExpected();
  }
  for (const ScenarioResult& result : results) {
    if (result.control) continue;
    const auto controls = controls_hold.find(key(result));
    const bool hold = controls == controls_hold.end() || controls->second;
    if (result.verdict == Verdict::kSkipped) {
      ++tally.skipped;
    } else if (result.verdict == Verdict::kHeldUp) {
      ++tally.held_up;
    } else if (result.verdict == Verdict::kPassed && hold) {
      ++tally.passed;
    } else {
      ++tally.failed;
    }
  }
  return tally;
}

std::optional<MutationScore> CountMutants(const std::vector<ScenarioResult>& results) {
  std::optional<MutationScore> sum;
  for (const ScenarioResult& result : results) {
    if (!result.mutation || result.verdict == Verdict::kHeldUp) continue;  // run again
    if (!sum) sum.emplace();
    sum->mutants += result.mutation->mutants;
    sum->killed += result.mutation->killed;
    sum->untimed += result.mutation->untimed;
  }
  return sum;
}

int ExitCode(const RunReport& report) {
  if (report.interrupted) return 130;
  bool errors = std::ranges::any_of(report.guests,
                                    [](const GuestReport& guest) { return !guest.error.empty(); });
  for (const ScenarioResult& result : report.results) {
    if (result.AsExpected()) continue;
    if (result.verdict != Verdict::kError && !(result.control && !result.vacuous)) return 1;
    errors = true;
  }
  return errors ? 2 : 0;
}

}  // namespace halfopen

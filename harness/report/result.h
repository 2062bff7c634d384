// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_RESULT_H_
#define HALFOPEN_HARNESS_REPORT_RESULT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/expect/mutant.h"
#include "harness/runner/registry.h"

namespace halfopen {

// How one run of a scenario ended. Held up: red, but so late in what it did for want of machine
// that it shows nothing; another run took its place (harness/runner/held_up.h).
enum class Verdict { kPassed, kFailed, kSkipped, kError, kCrashed, kTimedOut, kHeldUp };

// The word that results.json and the console use: "passed", "failed", …, "timed_out", "held_up".
std::string_view ToString(Verdict verdict);
// The same as a reader says it: "timed out".
std::string WordsOf(Verdict verdict);

// One expectation that did not hold; `file` is empty where GoogleTest knows no place.
struct Failure {
  std::string file;
  int line = 0;
  std::string message;

  // "scenarios/x.cc:22: Failure: the message", with every line of it.
  std::string ToString() const;
};

// One run of one scenario.
struct ScenarioResult {
  ScenarioInfo scenario;
  std::string kernel;                  // of the guest it ran in; empty: on this machine's own
  int repeat = 1;                      // 1 for the first run, 2 for the next one of --repeat
  std::optional<std::string> control;  // the cause that was withheld; "" if none was ever named
  Verdict verdict = Verdict::kError;
  bool vacuous = false;  // a control run that stayed green
  std::string reason;    // one line; empty for passed
  std::vector<Failure> failures;
  std::vector<std::string> causes;  // as the scenario named them, in order
  double seconds = 0;
  double held_up_seconds = 0;             // the machine's part in the story (fixtures/hold_up.h)
  std::optional<MutationScore> mutation;  // of a run with --mutate
  std::string evidence;  // the scenario's folder as the user spells it; empty if there is none
  // Where a report joins several runs, those of this one; else empty: as the report's.
  std::string venue;
  std::string profile;

  // The environment failed while the run was judged or kept, which makes it an error.
  void AddError(const std::string& words);
  // A control run is red when the scenario noticed that its cause was withheld.
  bool IsRedControl() const;
  // Whether this run went as it should: passed or skipped, and for a control run red. One that was
  // held up did: the run in its place decides.
  bool AsExpected() const;
  // "KeepaliveExpiry.Blocked/IPv4", plus the run's number and the withheld cause where it has any.
  std::string Title() const;
};

// What ran in one guest.
struct GuestReport {
  std::string name;     // as --kernel had it: "debian-6.12"
  std::string release;  // uname -r
  double virtual_seconds = 0;
  double wall_seconds = 0;
  std::string error;  // why it did not come to its end; empty if it did
};

// What one `halfopen run` did.
struct RunReport {
  std::string version;
  std::string command;  // as it was typed
  std::string venue = "host";
  std::string kernel;  // uname -r
  std::string profile;
  double wall_seconds = 0;
  std::optional<double> virtual_seconds;
  std::optional<double> widest_stall_seconds;  // StallMonitor::LongestStall, of a run in real time
  std::vector<GuestReport> guests;             // of a run in virtual time
  bool interrupted = false;
  std::vector<std::string> merged;      // the folders that `halfopen merge` joined; none of a run
  std::vector<ScenarioResult> results;  // in the order in which they ended
};

// The numbers of the summary; controls are counted apart, and a scenario with a vacuous control
// counts as failed.
struct Tally {
  int passed = 0;
  int failed = 0;
  int skipped = 0;
  int held_up = 0;
  int controls = 0;
  int red = 0;
  int vacuous = 0;
};
Tally Count(const std::vector<ScenarioResult>& results);

// The mutants of all runs together; none if they judged none.
std::optional<MutationScore> CountMutants(const std::vector<ScenarioResult>& results);

// The process's exit code: 130 interrupted, 1 if a scenario failed, crashed, timed out or is
// vacuous, 2 if there were only errors, 0 otherwise.
int ExitCode(const RunReport& report);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_RESULT_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <exception>

#include "harness/runner/commands.h"
#include "harness/runner/doctor.h"
#include "harness/runner/isolated_child.h"

namespace halfopen {
namespace {

IsolatedOutcome Perform(const DoctorCheck& check) {
  try {
    if (!check.isolated) return {true, check.function()};
    return RunIsolated([&check](int reports) {
      const std::string found = check.function();
      if (write(reports, found.data(), found.size()) < 0) _exit(1);
    });
  } catch (const std::exception& error) {
    return {false, error.what()};
  }
}

}  // namespace

int DoctorCommand() {
  bool can_run = true;
  bool can_isolate = true;
  for (const DoctorCheck& check : DoctorChecks()) {
    const IsolatedOutcome outcome = check.isolated && !can_isolate
                                        ? IsolatedOutcome{false, "not checked without isolation"}
                                        : Perform(check);
    const char* word = outcome.ok ? "ok" : check.required ? "missing" : "absent";
    fmt::print("{:<8} {:<20} {}\n", word, check.name, outcome.message);
    if (check.name == kIsolation) can_isolate = outcome.ok;
    if (!outcome.ok && !check.remedy.empty()) fmt::print("{:<29} remedy: {}\n", "", check.remedy);
    can_run = can_run && (outcome.ok || !check.required);
  }
  fmt::print("scenarios {} run on this machine\n", can_run ? "can" : "cannot");
  return can_run ? 0 : 2;
}

}  // namespace halfopen

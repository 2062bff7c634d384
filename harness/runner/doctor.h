// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_DOCTOR_H_
#define HALFOPEN_HARNESS_RUNNER_DOCTOR_H_

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace halfopen {

// One thing that this machine may or may not be able to do.
struct DoctorCheck {
  std::string name;
  // Returns what it found in a few words; throws with the reason when the capability is missing.
  std::function<std::string()> function;
  std::string remedy;    // the command or setting that mends it
  bool required = true;  // without it no scenario can run
  bool isolated = true;  // runs in a throw-away isolated child, so it may create what it likes
};

// The check that all isolated ones depend on.
inline constexpr char kIsolation[] = "isolation";

// Of real programs: whether strace may trace them, and which the scenarios lack.
std::vector<DoctorCheck> ProgramChecks();

// What mends that strace cannot trace here. Looks below `proc_sys` for Yama's switch.
std::string StraceRemedy(const std::filesystem::path& proc_sys = "/proc/sys");

// Every check of `halfopen doctor`, in the order in which it prints them.
std::vector<DoctorCheck> DoctorChecks();

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_DOCTOR_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_RUN_OPTIONS_H_
#define HALFOPEN_HARNESS_RUNNER_RUN_OPTIONS_H_

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/runner/run_context.h"
#include "netns/address.h"
#include "netns/clock.h"

namespace halfopen {

// What `halfopen run` was asked for.
struct RunOptions {
  std::vector<std::string> filters;  // empty: everything
  Profile profile = Profile::kFast;
  std::optional<IpFamily> family;  // nullopt: both
  int jobs = 96;                   // children at once; most of them wait for kernel timers
  int set_ups = 4;                 // children at once that have not called set_up_done yet
  int repeat = 1;
  std::optional<std::uint64_t> shuffle_seed;
  Duration timeout{};  // of one scenario; zero: none
  bool control = false;
  bool mutate = false;                         // judge the mutants of each expectation
  std::string mutant;                          // apply the one of this name; empty: none
  std::map<std::string, std::string> sysctls;  // of every host, over the profile's
  bool require_capabilities = false;
  std::vector<std::string> kernels;  // guests to run in, by name or path; empty: this machine's own
  std::filesystem::path modules;     // of the kernels given by path
  Duration wall_timeout = std::chrono::minutes(15);  // of a guest
  bool virtual_time = false;  // a guest whose clock knows no noise: nothing is watched for stalls
  // Leave the evidence of earlier runs where it is, and keep that of repeats that ended as they
  // should, too.
  bool keep = false;
  std::filesystem::path out = "out";
  std::string program = "halfopen";  // argv[0], for commands that a reader can paste
  std::string command;               // the whole command line
};

// Reads "1s", "500ms", "2min", "1.5h" or a bare number of seconds; nullopt for anything else.
std::optional<Duration> ParseDuration(std::string_view text);

// Whether --kernel was given a file, and not a name as the cache knows it.
bool IsKernelFile(const std::string& kernel);

// "60 s", "1.5 s", "500 ms".
std::string FormatDuration(Duration duration);

// "fast" or "default".
std::string_view ToString(Profile profile);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_RUN_OPTIONS_H_

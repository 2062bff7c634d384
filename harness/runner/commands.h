// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_COMMANDS_H_
#define HALFOPEN_HARNESS_RUNNER_COMMANDS_H_

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/runner/run_options.h"

namespace halfopen {

inline constexpr char kVersion[] = "0.1.0";

// How `list` prints: for a reader, for a program, or as docs/catalogue.md.
enum class ListFormat { kText, kJson, kMarkdown };

// What `show` prints.
struct ShowOptions {
  std::vector<std::string> scenarios;  // filters or evidence folders; all if left out
  std::filesystem::path out = "out";
  bool everything = false;  // also the calls that tell nothing of the story
  std::string program;      // argv[0]
};

// Each is one subcommand and returns the process's exit code. They throw EnvironmentError.
int RunCommand(const RunOptions& options);
int ListCommand(const std::vector<std::string>& filters, ListFormat format);
int DoctorCommand();
// Draws index.html from the evidence in an --out folder.
int ReportCommand(const std::filesystem::path& folder);
// What `halfopen merge` was asked for.
struct MergeOptions {
  std::vector<std::filesystem::path> folders;
  std::filesystem::path out = "out/merged";
  std::string command;  // the whole command line
};
// Joins the evidence of several runs into one folder. Throws std::invalid_argument too.
int MergeCommand(const MergeOptions& options);
// Prints the ladders of runs, from their evidence.
int ShowCommand(const ShowOptions& options);
// What the runner on the host starts in a guest: the orders lie in `orders_file`.
int GuestCommand(const std::string& orders_file);
// Lists the kernels in the cache, or adds one.
int KernelsCommand(const std::optional<std::string>& add);

// Runs the selected tests in this process with GoogleTest's own printer (gdb, an IDE), isolated
// unless they are only listed.
int RunInProcess(int argc, char** argv);

// Says which scenario names come near a filter that matches nothing; returns the exit code.
int ReportNoMatch(const std::vector<std::string>& filters);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_COMMANDS_H_

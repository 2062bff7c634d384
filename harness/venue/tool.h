// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_TOOL_H_
#define HALFOPEN_HARNESS_VENUE_TOOL_H_

#include <filesystem>
#include <string>
#include <vector>

#include "fixtures/program.h"

namespace halfopen {

// A program of this machine that does one thing and ends: apt-get, dpkg-deb, zstd.
struct Tool {
  std::string program;  // searched as FindProgram() does
  std::string package;  // the Debian package that has it
};

// Where a tool reads and writes.
struct ToolFiles {
  std::filesystem::path input;   // its standard input; empty: /dev/null
  std::filesystem::path output;  // its standard output, made anew; empty: into ToolOutcome
  std::filesystem::path folder;  // its working directory; empty: ours
};

// What is left of a tool that has ended.
struct ToolOutcome {
  ExitStatus status;
  std::string output;
  std::string errors;
  bool ok() const { return status == ExitStatus{}; }
  // The last line of its complaints, or the one that tells of a full disk; how it ended if it has
  // not complained.
  std::string Complaint() const;
};

// Runs a tool to its end, speaking English, and kills it if this process dies before. Throws
// MissingCapability that names the package if the tool is not installed, EnvironmentError if it
// cannot be started.
ToolOutcome RunTool(const Tool& tool, const std::vector<std::string>& arguments,
                    const ToolFiles& files = {});

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_TOOL_H_

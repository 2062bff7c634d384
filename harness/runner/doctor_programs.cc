// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "fixtures/find_program.h"
#include "fixtures/program_trace.h"
#include "harness/runner/doctor.h"
#include "harness/runner/registry.h"
#include "harness/venue/tool.h"

namespace halfopen {
namespace {

// As hosts trace their programs.
std::string CheckStrace() {
  if (!FindProgram("strace")) {
    throw std::runtime_error("not installed (needed for scenarios with programs only)");
  }
  std::vector<std::string> words = StraceArguments("/dev/null");
  words.push_back(RequireProgram("true", "coreutils"));
  const std::string strace = words.front();
  words.erase(words.begin());
  const ToolOutcome outcome = RunTool({strace, "strace"}, words);
  if (!outcome.ok() || !outcome.errors.empty()) throw std::runtime_error(outcome.Complaint());
  return "system calls of programs";
}

// The programs that scenarios start, and those of them that are not here.
struct Programs {
  std::set<std::string> used;
  std::set<std::string> missing;
};

Programs FindPrograms() {
  Programs programs;
  for (const UsedByScenarios& program : UsedPrograms()) {
    programs.used.insert(program.name);
    const std::optional<std::string> path = FindProgram(program.name);
    if (!path || !std::filesystem::exists(*path)) programs.missing.insert(program.name);
  }
  return programs;
}

std::string CheckPrograms() {
  const Programs programs = FindPrograms();
  if (!programs.missing.empty()) {
    throw std::runtime_error(fmt::format("{} not installed; scenarios that start them are skipped",
                                         fmt::join(programs.missing, ", ")));
  }
  return programs.used.empty() ? "none is started"
                               : fmt::format("{}", fmt::join(programs.used, " "));
}

// The command that installs those whose package is known.
std::string ProgramsRemedy() {
  std::set<std::string> packages;
  for (const std::string& program : FindPrograms().missing) {
    if (const std::optional<std::string> package = PackageOf(program)) packages.insert(*package);
  }
  if (packages.empty()) return {};
  return fmt::format("sudo apt-get install {}", fmt::join(packages, " "));
}

}  // namespace

std::string StraceRemedy(const std::filesystem::path& proc_sys) {
  if (!FindProgram("strace")) return "sudo apt-get install strace";
  std::ifstream yama(proc_sys / "kernel/yama/ptrace_scope");
  if (int scope = 0; yama >> scope && scope == 3) {
    return "kernel.yama.ptrace_scope is 3, which forbids tracing until the next boot: set it to 1 "
           "in /etc/sysctl.d and reboot";
  }
  return "something keeps ptrace(2) from this process (in a container its seccomp profile: docker "
         "run --cap-add=SYS_PTRACE, or --security-opt seccomp=unconfined)";
}

std::vector<DoctorCheck> ProgramChecks() {
  return {
      {"strace", CheckStrace, StraceRemedy(), false, true},
      {"programs", CheckPrograms, ProgramsRemedy(), false, false},
  };
}

}  // namespace halfopen

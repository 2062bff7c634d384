// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/luggage.h"

#include <algorithm>
#include <set>
#include <string>

#include "harness/runner/registry.h"

namespace halfopen {

Luggage LuggageFor(const std::vector<PlannedRun>& plan) {
  std::set<std::string> folders;
  for (const PlannedRun& run : plan) folders.insert(FolderOf(run.scenario.file));
  Luggage luggage;
  for (const UsedByScenarios& program : UsedPrograms()) {
    if (folders.contains(program.folder)) luggage.programs.insert(program.name);
  }
  for (const UsedByScenarios& file : UsedFiles()) {
    if (folders.contains(file.folder)) luggage.files.insert(file.name);
  }
  if (!luggage.programs.empty()) luggage.programs.insert("strace");
  return luggage;
}

bool StartsPrograms(const PlannedRun& run) {
  return std::ranges::find(UsedPrograms(), FolderOf(run.scenario.file), &UsedByScenarios::folder) !=
         UsedPrograms().end();
}

}  // namespace halfopen

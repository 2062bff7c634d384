// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "harness/report/console.h"
#include "harness/report/merge.h"
#include "harness/report/results_json.h"
#include "harness/runner/commands.h"
#include "harness/runner/end_of_run.h"
#include "harness/runner/invoking_user.h"
#include "harness/runner/merge_folders.h"
#include "harness/runner/out_folder.h"
#include "netns/error.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

// Nothing is written before it is known that nothing can be lost by it.
void RequireFit(const std::vector<fs::path>& folders, const fs::path& out) {
  std::error_code error;
  for (std::size_t i = 0; i < folders.size(); ++i) {
    if (fs::equivalent(folders[i], out, error)) {
      throw std::invalid_argument(fmt::format(
          "--out {} is one of the folders that are merged; name another", out.string()));
    }
    for (std::size_t k = 0; k < i; ++k) {
      if (fs::equivalent(folders[i], folders[k], error)) {
        throw std::invalid_argument(
            fmt::format("{} and {} are the same folder", folders[k].string(), folders[i].string()));
      }
    }
  }
  if (fs::exists(out, error) && !fs::is_empty(out, error) && !IsMerged(out)) {
    throw std::invalid_argument(
        fmt::format("--out {} has something else in it than an earlier merge; name a new folder, "
                    "or empty it",
                    out.string()));
  }
}

// What an earlier merge into the same folder has left.
void RemoveEarlierMerge(const OutFolder& out) {
  out.RemoveEarlierRuns();
  out.RemoveEarlierResults();
  for (const char* name : {"sources", "durations.json"}) out.Remove(name);
}

}  // namespace

int MergeCommand(const MergeOptions& options) {
  std::vector<fs::path> all = options.folders;
  all.push_back(options.out);
  BecomeInvokingUser(all);
  RequireFit(options.folders, options.out);
  const OutFolder out(options.out);
  RemoveEarlierMerge(out);
  RunReport nothing;
  for (const fs::path& folder : options.folders) nothing.merged.push_back(folder.string());
  nothing.interrupted = true;
  // So that a merge that is killed is known for one.
  out.Write("results.json", ResultsJson(nothing));

  FolderMerge merge(out);
  std::vector<RunReport> parts;
  std::vector<std::string> problems;
  for (const fs::path& folder : options.folders) {
    try {
      parts.push_back(merge.Add(folder));
    } catch (const EnvironmentError& error) {
      problems.emplace_back(error.what());
    }
  }
  problems.insert(problems.end(), merge.problems().begin(), merge.problems().end());
  RunReport report = JoinReports(parts);
  report.command = options.command;
  report.merged = nothing.merged;
  // Each folder tells the same of its run as results.json does; of several results of one folder
  // the first is the run's own.
  std::set<std::string> told;
  for (const ScenarioResult& result : report.results) {
    if (result.evidence.empty() || !told.insert(result.evidence).second) continue;
    out.Write(fs::path(result.evidence).filename() / "result.json", ResultJson(report, result));
  }

  Console console(STDOUT_FILENO, ConsoleStyle::Detect(STDOUT_FILENO));
  const bool written = EndRun(report, out, KeptSources::kFromEvidence, console);
  for (const std::string& problem : problems) fmt::print(stderr, "halfopen: {}\n", problem);
  return problems.empty() && written ? ExitCode(report) : 2;
}

}  // namespace halfopen

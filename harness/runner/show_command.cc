// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "harness/report/ladder.h"
#include "harness/report/read_report.h"
#include "harness/report/show_text.h"
#include "harness/runner/commands.h"
#include "harness/runner/filter.h"
#include "harness/runner/invoking_user.h"
#include "netns/error.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

// A run that is to be shown: which of a report's.
struct ShownRun {
  fs::path folder;  // of the report
  std::size_t index = 0;

  auto operator<=>(const ShownRun&) const = default;
};

// "KeepaliveExpiry.*@debian-6.12": a filter, and behind the @ a pattern for the kernel.
struct RunFilter {
  explicit RunFilter(const std::string& words)
      : filter({words.substr(0, words.rfind('@'))}),
        kernel(words.find('@') == std::string::npos ? "*" : words.substr(words.rfind('@') + 1)) {}

  bool Selects(const ScenarioResult& result) const {
    return filter.Selects(result.scenario) && MatchesPattern(kernel, result.kernel);
  }

  Filter filter;
  std::string kernel;
};

class Selection {
 public:
  explicit Selection(ShowOptions options) : options_(std::move(options)) {}

  // Each run once, in the order of the words and of the report.
  const std::vector<ShownRun>& Select() {
    if (options_.scenarios.empty()) options_.scenarios = {"*"};
    for (const std::string& words : options_.scenarios) {
      if (!AddFolder(options_.out / words) && !AddFolder(words)) AddMatching(words);
    }
    return runs_;
  }

  const RunReport& ReportOf(const fs::path& folder) {
    const auto known = reports_.find(folder);
    return known != reports_.end() ? known->second
                                   : reports_.emplace(folder, ReadReport(folder)).first->second;
  }

 private:
  void Add(const fs::path& folder, std::size_t index) {
    if (const ShownRun run{folder, index}; seen_.insert(run).second) runs_.push_back(run);
  }

  // Whether it is the folder of one run, with or without a slash at its end.
  bool AddFolder(fs::path folder) {
    std::error_code error;
    if (!fs::is_regular_file(folder / "timeline.json", error)) return false;
    if (!folder.has_filename()) folder = folder.parent_path();
    fs::path parent = folder.parent_path();
    if (parent.empty()) parent = ".";
    const RunReport& report = ReportOf(parent);
    const auto found =
        std::ranges::find(report.results, folder.filename().string(), &ScenarioResult::evidence);
    if (found == report.results.end()) return false;
    Add(parent, static_cast<std::size_t>(found - report.results.begin()));
    return true;
  }

  void AddMatching(const std::string& words) {
    const RunFilter filter(words);
    const RunReport& report = ReportOf(options_.out);
    for (std::size_t i = 0; i < report.results.size(); ++i) {
      const ScenarioResult& result = report.results[i];
      // A control is shown by the name of its folder.
      if (!result.control && filter.Selects(result)) Add(options_.out, i);
    }
  }

  ShowOptions options_;
  std::map<fs::path, RunReport> reports_;
  std::vector<ShownRun> runs_;
  std::set<ShownRun> seen_;
};

std::vector<std::string> CapturesIn(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const std::string extension = entry.path().extension().string();
    if (extension == ".pcap" || extension == ".pcapng") names.push_back(entry.path().filename());
  }
  std::ranges::sort(names);
  return names;
}

int ReportNothingLike(const ShowOptions& options, const RunReport& report) {
  std::vector<ScenarioInfo> scenarios;
  for (const ScenarioResult& result : report.results) scenarios.push_back(result.scenario);
  fmt::print(stderr, "halfopen: no run in {} matches '{}'\n", options.out.string(),
             fmt::join(options.scenarios, " "));
  std::vector<std::string> bare;
  for (const std::string& words : options.scenarios) {
    bare.push_back(words.substr(0, words.find('@')));
  }
  for (const std::string& name : NearestNames(Filter(bare), scenarios)) {
    fmt::print(stderr, "  near it: {}\n", name);
  }
  return 2;
}

}  // namespace

int ShowCommand(const ShowOptions& options) {
  BecomeInvokingUser({options.out});
  std::setlocale(LC_CTYPE, "");
  Selection selection(options);
  const std::vector<ShownRun>& runs = selection.Select();
  if (runs.empty()) return ReportNothingLike(options, selection.ReportOf(options.out));
  LadderStyle style = LadderStyle::Detect(STDOUT_FILENO);
  style.everything = options.everything;
  for (const char* separator = ""; const ShownRun& run : runs) {
    const RunReport& report = selection.ReportOf(run.folder);
    const ScenarioResult& result = report.results[run.index];
    const fs::path evidence = run.folder / result.evidence;
    const bool has_evidence = !result.evidence.empty();
    Timeline timeline;
    if (has_evidence) {
      timeline = ReadTimelineOf(result, evidence);
    } else {
      timeline.problem = "its folder is not there";
    }
    const Shown shown{report,
                      result,
                      MakeLadder(timeline),
                      has_evidence ? evidence.string() + "/" : "none",
                      has_evidence ? CapturesIn(evidence) : std::vector<std::string>{},
                      options.program};
    fmt::print("{}{}", std::exchange(separator, "\n"), ShowText(shown, style));
  }
  return 0;
}

}  // namespace halfopen

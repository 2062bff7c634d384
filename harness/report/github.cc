// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/github.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <vector>

#include "harness/report/headline.h"
#include "harness/report/unexpected.h"
#include "harness/runner/invoking_user.h"
#include "netns/error.h"
#include "netns/fd.h"
#include "netns/write_all.h"

namespace halfopen {
namespace {

constexpr std::size_t kMostAnnotations = 10;

// A step's summary may have a mebibyte, and nobody reads further.
constexpr std::size_t kMostRows = 100;

std::string EscapedForCommand(std::string_view text, bool property) {
  std::string escaped;
  for (const char c : text) {
    const bool separates = property && (c == ':' || c == ',');
    if (c == '%' || c == '\r' || c == '\n' || separates) {
      escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      escaped += c;
    }
  }
  return escaped;
}

// As character references, which are never markup.
std::string EscapedForMarkdown(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (std::ispunct(static_cast<unsigned char>(c)) != 0) {
      escaped += fmt::format("&#{};", static_cast<int>(c));
    } else {
      escaped += std::iscntrl(static_cast<unsigned char>(c)) != 0 ? ' ' : c;
    }
  }
  return escaped;
}

std::string Annotation(const ScenarioResult& result) {
  const bool has_place = !result.failures.empty() && !result.failures.front().file.empty();
  const std::string& file = has_place ? result.failures.front().file : result.scenario.file;
  const int line = has_place ? result.failures.front().line : result.scenario.line;
  std::string place;
  if (!file.empty()) {
    place = fmt::format("file={},line={},", EscapedForCommand(file, true), std::max(line, 1));
  }
  return fmt::format("::error {}title={}::{}\n", place, EscapedForCommand(result.Title(), true),
                     EscapedForCommand(Headline(result), false));
}

std::string_view WordFor(const ScenarioResult& result) {
  return result.vacuous ? "vacuous" : ToString(result.verdict);
}

}  // namespace

std::string GitHubAnnotations(const RunReport& report) {
  const std::vector<const ScenarioResult*> unexpected = Unexpected(report);
  std::string text;
  for (std::size_t i = 0; i < std::min(unexpected.size(), kMostAnnotations); ++i) {
    text += Annotation(*unexpected[i]);
  }
  if (unexpected.size() > kMostAnnotations) {
    // Warnings are counted apart from errors, so that it is shown.
    text += fmt::format("::warning title=halfopen::{} more did not go as expected\n",
                        unexpected.size() - kMostAnnotations);
  }
  return text;
}

std::string GitHubSummary(const RunReport& report) {
  const Tally tally = Count(report.results);
  std::string text =
      fmt::format("### halfopen: {} passed, {} failed, {} skipped{}\n\n", tally.passed,
                  tally.failed, tally.skipped, report.interrupted ? ", interrupted" : "");
  text += fmt::format("{}, profile {}, {:.1f} s\n\n", EscapedForMarkdown(report.kernel),
                      EscapedForMarkdown(report.profile), report.wall_seconds);
  const std::vector<const ScenarioResult*> unexpected = Unexpected(report);
  if (unexpected.empty()) return text;
  text += "| | scenario | |\n|---|---|---|\n";
  for (std::size_t i = 0; i < std::min(unexpected.size(), kMostRows); ++i) {
    const ScenarioResult& result = *unexpected[i];
    text += fmt::format("| {} | {} | <code>{}</code> |\n", EscapedForMarkdown(WordFor(result)),
                        EscapedForMarkdown(result.Title()), EscapedForMarkdown(Headline(result)));
  }
  if (unexpected.size() > kMostRows) {
    text += fmt::format("\n{} more\n", unexpected.size() - kMostRows);
  }
  return text + "\n";
}

std::string TellGitHub(const RunReport& report) {
  const char* const actions = std::getenv("GITHUB_ACTIONS");
  if (actions == nullptr || std::string_view(actions) != "true") return {};
  const char* const summary = std::getenv("GITHUB_STEP_SUMMARY");
  if (summary != nullptr && *summary != '\0') {
    // It is the invoking user who names a file, so root is to do no more with it than that user.
    std::optional<ActAsUser> rights;
    if (const std::optional<InvokingUser> user = TheInvokingUser()) rights.emplace(*user);
    const Fd file(Check(open(summary, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0644),
                        "GITHUB_STEP_SUMMARY: open", summary));
    WriteAll(file, GitHubSummary(report), summary);
  }
  return GitHubAnnotations(report);
}

}  // namespace halfopen

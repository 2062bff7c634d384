// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/brief.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

namespace halfopen {
namespace {

constexpr std::size_t kLongestBrief = 240;  // bytes

// Words with single blanks between them, whatever stood there.
std::string InOneLine(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool blank = c == ' ' || std::iscntrl(static_cast<unsigned char>(c)) != 0;
    if (!blank) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  if (line.size() <= kLongestBrief) return line;
  line.resize(kLongestBrief);
  // Not within a character of several bytes.
  while (!line.empty() && (line.back() & 0xc0) == 0x80) line.pop_back();
  if (!line.empty() && (line.back() & 0x80) != 0) line.pop_back();
  return line + "…";
}

std::vector<std::string> LinesOf(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(std::move(line));
  return lines;
}

// "the wire differs (1 missing, 0 extra, …)" without what is 0, and the first line that is marked.
std::optional<std::string> BriefOfWire(const std::vector<std::string>& lines) {
  if (lines.empty() || !lines[0].starts_with("the wire differs (")) return std::nullopt;
  std::string brief = lines[0];
  for (const std::string word : {"missing", "extra", "late", "early", "different"}) {
    for (const std::string& none : {"0 " + word + ", ", ", 0 " + word}) {
      // "(10 late, " has none of them, and "(0 late, " has.
      const std::size_t at = brief.find(none);
      if (at != std::string::npos && (none[0] == ',' || brief[at - 1] == '(')) {
        brief.erase(at, none.size());
      }
    }
  }
  const auto marked = std::find_if(lines.begin() + 1, lines.end(), [](const std::string& line) {
    return line.size() > 3 && line[0] == ' ' &&
           std::string_view("-+!").find(line[1]) != std::string_view::npos && line[2] == ' ';
  });
  return marked == lines.end() ? brief : brief + ": " + *marked;
}

// The rest of a line that begins with `head`.
std::optional<std::string> Behind(const std::string& line, std::string_view head) {
  const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
  const std::string_view text = std::string_view(line).substr(begin);
  if (!text.starts_with(head)) return std::nullopt;
  return std::string(text.substr(head.size()));
}

// EXPECT_THAT's and EXPECT_TRUE's words.
std::optional<std::string> BriefOfMatch(const std::vector<std::string>& lines) {
  if (lines.size() < 3) return std::nullopt;
  const auto value = Behind(lines[0], "Value of: ");
  const auto expected = std::find_if(lines.begin(), lines.end(),
                                     [](const auto& l) { return Behind(l, "Expected: "); });
  const auto actual =
      std::find_if(lines.begin(), lines.end(), [](const auto& l) { return Behind(l, "Actual: "); });
  if (!value || expected == lines.end() || actual == lines.end()) return std::nullopt;
  return fmt::format("{}: expected: {}; actual: {}", *value, *Behind(*expected, "Expected: "),
                     *Behind(*actual, "Actual: "));
}

// EXPECT_EQ's words, the actual value first as everywhere here.
std::optional<std::string> BriefOfEquality(const std::vector<std::string>& lines) {
  if (lines.empty() || lines[0] != "Expected equality of these values:") return std::nullopt;
  std::vector<std::pair<std::string, std::string>> sides;  // expression and value
  for (std::size_t i = 1; i < lines.size() && (lines[i].starts_with("  ")); ++i) {
    if (const auto value = Behind(lines[i], "Which is: "); value && !sides.empty()) {
      sides.back().second = *value;
    } else if (const auto text = Behind(lines[i], ""); text) {
      sides.emplace_back(*text, *text);
    }
  }
  if (sides.size() != 2) return std::nullopt;
  return fmt::format("{}: expected: {}; actual: {}", sides[0].first, sides[1].second,
                     sides[0].second);
}

std::string BriefOfFailure(const Failure& failure) {
  const std::vector<std::string> lines = LinesOf(failure.message);
  for (const auto& brief : {BriefOfWire(lines), BriefOfMatch(lines), BriefOfEquality(lines)}) {
    if (brief) return *brief;
  }
  return fmt::format("{}", fmt::join(lines, "; "));
}

bool IsInterrupted(const ScenarioResult& result) {
  return result.verdict == Verdict::kError && result.reason == "interrupted";
}

}  // namespace

std::string BriefOf(const ScenarioResult& result) {
  if (!result.reason.empty()) return InOneLine(result.reason);
  if (!result.failures.empty()) return InOneLine(BriefOfFailure(result.failures.front()));
  return "nothing is known of why";
}

std::vector<const ScenarioResult*> Unexpected(const RunReport& report) {
  std::vector<const ScenarioResult*> unexpected;
  for (const ScenarioResult& result : report.results) {
    if (result.AsExpected() || (report.interrupted && IsInterrupted(result))) continue;
    unexpected.push_back(&result);
  }
  std::ranges::stable_sort(unexpected, {}, [](const ScenarioResult* result) {
    return result->verdict == Verdict::kError && !result->vacuous;
  });
  return unexpected;
}

}  // namespace halfopen

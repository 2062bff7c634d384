// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/headline.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace halfopen {
namespace {

constexpr std::size_t kMostHeadline = 300;  // bytes

std::string_view Trimmed(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(" \t\r") + 1 - begin);
}

// The lines that are not empty; those of a long text's beginning will do.
std::vector<std::string_view> HeadLines(std::string_view text) {
  constexpr std::size_t kMostLines = 400;
  std::vector<std::string_view> lines;
  while (!text.empty() && lines.size() < kMostLines) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (!Trimmed(text.substr(0, end)).empty()) lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// What follows `head` in the first line that begins with it.
std::string_view After(std::string_view head, const std::vector<std::string_view>& lines) {
  for (const std::string_view line : lines) {
    if (Trimmed(line).starts_with(head)) return Trimmed(Trimmed(line).substr(head.size()));
  }
  return {};
}

// The columns of a diff are for the lines above and below.
std::string WithoutColumns(std::string_view line) {
  std::string text(Trimmed(line));
  const auto both_blank = [](char a, char b) { return a == ' ' && b == ' '; };
  text.erase(std::unique(text.begin(), text.end(), both_blank), text.end());
  return text;
}

// "the wire differs (1 missing, 0 extra, 0 late)" -> "the wire differs (1 missing)"
std::string WithoutZeros(std::string_view sums) {
  std::string text(sums);
  for (std::size_t at; (at = text.find(", 0 ")) != std::string::npos;) {
    text.erase(at, std::min(text.find_first_of(",)", at + 1), text.size()) - at);
  }
  if (const std::size_t at = text.find("(0 "); at != std::string::npos) {
    const std::size_t next = text.find(", ", at);
    if (next != std::string::npos) text.erase(at + 1, next + 2 - (at + 1));
  }
  return text;
}

std::string OfWire(const std::vector<std::string_view>& lines) {
  for (const std::string_view line : lines) {
    const bool marked =
        line.starts_with(" - ") || line.starts_with(" + ") || line.starts_with(" ! ");
    if (marked) return fmt::format("{}: {}", WithoutZeros(lines.front()), WithoutColumns(line));
  }
  return WithoutZeros(lines.front());
}

// "Expected equality of these values:", then each as it is written, and below it what it is.
std::string OfValues(const std::vector<std::string_view>& lines) {
  constexpr std::string_view kValue = "Which is: ";
  std::string text = "expected equality of";
  bool first = true;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::string_view line = Trimmed(lines[i]);
    if (line.starts_with(kValue)) {
      text += fmt::format(" ({})", line.substr(kValue.size()));
    } else {
      if (!lines[i].starts_with("  ")) break;  // what the story added
      text += fmt::format("{}{}", first ? " " : " and ", line);
      first = false;
    }
  }
  return text;
}

std::string OfMessage(std::string_view message) {
  const std::vector<std::string_view> lines = HeadLines(message);
  if (lines.empty()) return {};
  if (lines.front().starts_with("the wire differs")) return OfWire(lines);
  if (lines.front().starts_with("Expected equality of these values")) return OfValues(lines);
  if (lines.front().starts_with("Value of: ")) {
    return fmt::format("{}: expected {}, actual {}", After("Value of:", lines),
                       After("Expected:", lines), After("Actual:", lines));
  }
  // GoogleTest's word for a FAIL() says nothing.
  return std::string(
      Trimmed(lines.size() > 1 && lines.front() == "Failed" ? lines[1] : lines.front()));
}

std::string OneLine(std::string text) {
  if (text.size() > kMostHeadline) {
    std::size_t end = kMostHeadline;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
    text.resize(end);
    text += "…";
  }
  std::ranges::replace_if(
      text, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }, ' ');
  return text;
}

}  // namespace

std::string Headline(const ScenarioResult& result) {
  if (!result.reason.empty()) return OneLine(result.reason);
  for (const Failure& failure : result.failures) {
    if (std::string line = OfMessage(failure.message); !line.empty()) return OneLine(line);
  }
  return {};
}

}  // namespace halfopen

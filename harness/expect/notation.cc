// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/notation.h"

#include <fmt/format.h>

namespace halfopen {

NotationError::NotationError(int line, int column, const std::string& message)
    : std::invalid_argument(column == 0
                                ? fmt::format("line {}: {}", line, message)
                                : fmt::format("line {}, column {}: {}", line, column, message)),
      line_(line),
      column_(column) {}

namespace notation {

void ThrowMalformed(int line, int column, std::string_view expected, std::string_view found) {
  const std::string seen =
      found.empty() ? "the end of the line" : fmt::format("\"{}\"", found.substr(0, 60));
  throw NotationError(line, column, fmt::format("expected {}, found {}", expected, seen));
}

}  // namespace notation

Script Script::Parse(std::string_view text) {
  Script script({}, std::vector<char>(text.begin(), text.end()));
  script.lines();
  return script;
}

std::string_view Script::text() const {
  return copy_.empty() ? literal_ : std::string_view(copy_.data(), copy_.size());
}

std::vector<Line> Script::lines() const {
  std::vector<Line> lines;
  notation::ParseScript(text(), [&lines](const Line& line) { lines.push_back(line); });
  return lines;
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/ladder_notation.h"

#include <algorithm>

namespace halfopen {
namespace {

// Where in the notation of a packet its parts begin; npos for what is not there.
struct NotationParts {
  explicit NotationParts(const std::string& notation)
      : arrow(notation.find(" >")),
        to(arrow == std::string::npos ? arrow : notation.find_first_not_of(" >|", arrow)),
        flags(to == std::string::npos ? to : notation.find("  ", to)) {}

  std::size_t arrow;
  std::size_t to;
  std::size_t flags;
};

}  // namespace

std::string ArrowText(const std::string& notation) {
  const NotationParts parts(notation);
  if (parts.flags == std::string::npos) return notation;
  std::string text;
  for (std::size_t at = notation.find_first_not_of(' ', parts.flags); at != std::string::npos;) {
    const std::size_t end = std::min(notation.find(' ', at), notation.size());
    if (!text.empty()) text += text.size() < 2 ? "  " : " ";
    text += notation.substr(at, end - at);
    at = notation.find_first_not_of(' ', end);
  }
  return text;
}

std::string SenderIn(const std::string& notation) {
  const NotationParts parts(notation);
  return parts.arrow == std::string::npos
             ? ""
             : notation.substr(0, notation.find_last_not_of(' ', parts.arrow) + 1);
}

std::string ReceiverIn(const std::string& notation) {
  const NotationParts parts(notation);
  if (parts.to == std::string::npos) return {};
  return notation.substr(parts.to, std::min(parts.flags, notation.size()) - parts.to);
}

std::string WithoutCounter(const std::string& rule) {
  const std::size_t counter = rule.find(" counter packets ");
  if (counter == std::string::npos) return rule;
  const std::size_t bytes = rule.find(" bytes ", counter);
  if (bytes == std::string::npos) return rule;
  return rule.substr(0, counter) + rule.substr(std::min(rule.find(' ', bytes + 7), rule.size()));
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/again_command.h"

namespace halfopen {

std::string ShellWord(std::string_view text) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/:@%+=,-";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string_view::npos) {
    return std::string(text);
  }
  std::string word = "'";
  for (const char c : text) {
    // Within quotes all is itself but the quote; a terminal acts on control characters before it.
    if (c == '\'') {
      word += "'\\''";
    } else if ((c >= 0 && c < ' ') || c == '\x7f') {
      word += '?';
    } else {
      word += c;
    }
  }
  return word + "'";
}

std::string AgainCommand(const ScenarioResult& result, const std::string& venue,
                         const std::string& profile, const std::string& kernel) {
  std::string command = "halfopen run";
  if (venue == "guest") command += " --kernel " + ShellWord(kernel);
  if (profile == "default") command += " --profile default";
  if (result.control) command += " --control";
  return command + " " + ShellWord(result.scenario.TestName());
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/user_sysctls.h"

#include <fmt/format.h>

#include <stdexcept>

#include "harness/runner/isolated_child.h"
#include "netns/error.h"
#include "netns/namespace.h"
#include "netns/sysctl.h"

namespace halfopen {

std::pair<std::string, std::string> ParseSysctl(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals + 1 == text.size()) {
    throw std::invalid_argument(
        fmt::format("--sysctl {}: a NAME=VALUE is needed (net.ipv4.tcp_retries2=3)", text));
  }
  const std::string_view name = text.substr(0, equals);
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789_-.";
  // What is not below net. belongs to the whole machine.
  if (!name.starts_with("net.") || name.find_first_not_of(kLetters) != std::string_view::npos) {
    throw std::invalid_argument(
        fmt::format("--sysctl {}: a network namespace has those below net. alone", text));
  }
  return {std::string(name), std::string(text.substr(equals + 1))};
}

void RequireSysctls(const std::map<std::string, std::string>& sysctls) {
  if (sysctls.empty()) return;
  const IsolatedOutcome outcome = RunIsolated([&sysctls](int) {
    const NetworkNamespace trial = NetworkNamespace::Create();
    SysctlTable table(trial);
    for (const auto& [name, value] : sysctls) table.Set(name, value);
  });
  if (!outcome.ok) throw EnvironmentError("--sysctl", outcome.message, 0);
}

}  // namespace halfopen

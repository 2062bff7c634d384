// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_USER_SYSCTLS_H_
#define HALFOPEN_HARNESS_RUNNER_USER_SYSCTLS_H_

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace halfopen {

// Reads "net.ipv4.tcp_retries2=3", a sysctl of network namespaces and its value as `sysctl -w`
// takes them. Throws std::invalid_argument.
std::pair<std::string, std::string> ParseSysctl(std::string_view text);

// Tries them in a network namespace that ends with the call. Throws EnvironmentError for one that
// network namespaces of this kernel do not have, or whose value it refuses.
void RequireSysctls(const std::map<std::string, std::string>& sysctls);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_USER_SYSCTLS_H_

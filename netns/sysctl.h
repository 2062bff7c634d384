// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_SYSCTL_H_
#define HALFOPEN_NETNS_SYSCTL_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "netns/namespace.h"

namespace halfopen {

// The sysctls of one network namespace, named as sysctl(8) does ("net.ipv4.tcp_syn_retries").
// Not thread-safe. The namespace must outlive it.
class SysctlTable {
 public:
  explicit SysctlTable(const NetworkNamespace& where) : where_(where) {}

  // Writes the value, reads it back and records it. Throws EnvironmentError when the kernel
  // refuses or stores another value, MissingCapability when it has no such sysctl.
  void Set(std::string_view name, std::string_view value);
  void Set(std::string_view name, long value);
  // The value without its newline; nullopt if this kernel has no such sysctl.
  std::optional<std::string> Get(std::string_view name) const;
  // What Set has stored so far.
  const std::map<std::string, std::string>& recorded() const { return recorded_; }

 private:
  const NetworkNamespace& where_;
  std::map<std::string, std::string> recorded_;
};

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_SYSCTL_H_

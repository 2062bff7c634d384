// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/kernel_version.h"

#include <fmt/format.h>
#include <sys/utsname.h>

#include <charconv>
#include <fstream>
#include <stdexcept>

#include "netns/error.h"

namespace halfopen {
namespace {

// Takes a number off the front; false if there is none.
bool TakeNumber(std::string_view& text, int& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

bool TakePoint(std::string_view& text) {
  if (!text.starts_with('.')) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

KernelVersion KernelVersion::Parse(std::string_view text) {
  std::string_view rest = text;
  KernelVersion version;
  if (!TakeNumber(rest, version.major) || !TakePoint(rest) || !TakeNumber(rest, version.minor)) {
    throw std::invalid_argument(fmt::format("'{}' is no kernel version such as 6.12.117", text));
  }
  if (TakePoint(rest)) TakeNumber(rest, version.patch);
  return version;
}

std::string KernelVersion::ToString() const {
  return patch == 0 ? fmt::format("{}.{}", major, minor)
                    : fmt::format("{}.{}.{}", major, minor, patch);
}

KernelVersion KernelVersionOf(const std::string& release, const std::string& version,
                              const std::string& signature) {
  // Ubuntu: "Ubuntu 6.8.0-45.45-generic 6.8.12".
  if (const std::size_t last = signature.rfind(' '); last != std::string::npos) {
    return KernelVersion::Parse(std::string_view(signature).substr(last + 1));
  }
  // Debian: "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-09-01)".
  constexpr std::string_view kDebian = " Debian ";
  if (const std::size_t found = version.find(kDebian); found != std::string::npos) {
    return KernelVersion::Parse(std::string_view(version).substr(found + kDebian.size()));
  }
  return KernelVersion::Parse(release);
}

const KernelVersion& RunningKernel() {
  static const KernelVersion running = [] {
    utsname system{};
    Check(uname(&system), "uname", "this kernel");
    std::string signature;
    std::getline(std::ifstream("/proc/version_signature"), signature);
    return KernelVersionOf(system.release, system.version, signature);
  }();
  return running;
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_KERNEL_VERSION_H_
#define HALFOPEN_HARNESS_EXPECT_KERNEL_VERSION_H_

#include <compare>
#include <string>
#include <string_view>

namespace halfopen {

// A kernel as kernel.org numbers it: 6.12.117; 6.13 has patch 0.
struct KernelVersion {
  int major = 0;
  int minor = 0;
  int patch = 0;

  // Reads "6.13", "6.1.120" and what a distribution makes of them, "6.12.117+deb12-cloud-amd64".
  // Throws std::invalid_argument for anything that does not begin with two numbers.
  static KernelVersion Parse(std::string_view text);

  auto operator<=>(const KernelVersion&) const = default;
  std::string ToString() const;  // "6.12.117", "6.13"
};

// The kernel.org version of a kernel that tells of itself by uname(2) `release` and `version`, and
// where a distribution has it, /proc/version_signature. The release alone will not do: Debian 12
// calls 6.1.192 "6.1.0-56", Ubuntu 6.8.12 "6.8.0-45", and have the number of the stable release in
// `version` and in the signature. Throws std::invalid_argument.
KernelVersion KernelVersionOf(const std::string& release, const std::string& version,
                              const std::string& signature);

// Of the running kernel. Thread-safe. Throws std::invalid_argument.
const KernelVersion& RunningKernel();

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_KERNEL_VERSION_H_

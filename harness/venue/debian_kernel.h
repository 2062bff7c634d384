// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_DEBIAN_KERNEL_H_
#define HALFOPEN_HARNESS_VENUE_DEBIAN_KERNEL_H_

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace halfopen {

// The VERSION of "debian-VERSION"; nullopt if `name` is not spelled like that.
std::optional<std::string> DebianVersion(std::string_view name);

// The versions of the kernels among package names, one a line (`apt-cache pkgnames`), oldest first:
// "6.1.0-56" of linux-image-6.1.0-56-cloud-amd64. Metapackages, unsigned and debug packages are
// none.
std::vector<std::string> CloudKernelVersions(const std::string& package_names);

// The newest of `versions` (oldest first) that `wanted` means: "6.12" is "6.12.117+deb12" but not
// "6.1.0-56", which "6.1" and "6.1.0-56" are. nullopt if there is none.
std::optional<std::string> NewestMatch(std::string_view wanted,
                                       const std::vector<std::string>& versions);

// The names that `versions` can be added by, in short: "debian-6.1, debian-6.12, or one version of
// these, as debian-6.12.117+deb12".
std::string NamesFor(const std::vector<std::string>& versions);

// Downloads the newest package that "debian-`wanted`" means into `folder` by apt-get, from the
// machine's own package sources, and installs nothing; apt keeps its state in `folder`. Returns the
// package. `tell` hears what is being done. Throws EnvironmentError.
std::filesystem::path DownloadDebianKernel(const std::string& wanted,
                                           const std::filesystem::path& folder,
                                           const std::function<void(const std::string&)>& tell);

// Makes vmlinux, config and modules/ in `entry` of a kernel package; `scratch` takes the rest.
// Returns the release. Throws EnvironmentError, MissingCapability.
std::string UnpackDebianKernel(const std::filesystem::path& package,
                               const std::filesystem::path& scratch,
                               const std::filesystem::path& entry);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_DEBIAN_KERNEL_H_

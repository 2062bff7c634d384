// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <regex>
#include <sstream>

#include "harness/venue/debian_kernel.h"

namespace halfopen {

std::optional<std::string> DebianVersion(std::string_view name) {
  static const std::regex kName("debian-([0-9][0-9A-Za-z.+~-]*)");
  std::cmatch match;
  if (!std::regex_match(name.begin(), name.end(), match, kName)) return std::nullopt;
  return match[1].str();
}

std::vector<std::string> CloudKernelVersions(const std::string& package_names) {
  // A metapackage's version has only two numbers, or none.
  static const std::regex kPackage(R"(linux-image-(\d+\.\d+\.\d+\S*)-cloud-amd64)");
  std::vector<std::string> versions;
  std::istringstream lines(package_names);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, match, kPackage)) versions.push_back(match[1]);
  }
  std::sort(versions.begin(), versions.end(), [](const std::string& a, const std::string& b) {
    return strverscmp(a.c_str(), b.c_str()) < 0;
  });
  versions.erase(std::unique(versions.begin(), versions.end()), versions.end());
  return versions;
}

std::optional<std::string> NewestMatch(std::string_view wanted,
                                       const std::vector<std::string>& versions) {
  const auto matches = [&](const std::string& version) {
    if (!version.starts_with(wanted)) return false;
    return version.size() == wanted.size() ||
           std::string_view(".+~-").find(version[wanted.size()]) != std::string_view::npos;
  };
  const auto newest = std::find_if(versions.rbegin(), versions.rend(), matches);
  return newest == versions.rend() ? std::nullopt : std::optional(*newest);
}

std::string NamesFor(const std::vector<std::string>& versions) {
  std::vector<std::string> names;
  for (const std::string& version : versions) {
    const std::size_t minor = version.find('.');
    std::string name = "debian-" + version.substr(0, version.find('.', minor + 1));
    if (names.empty() || names.back() != name) names.push_back(std::move(name));
  }
  return fmt::format("{}, or one version of these, as debian-{}", fmt::join(names, ", "),
                     versions.back());
}

}  // namespace halfopen

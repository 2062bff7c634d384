// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/sysctl.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "netns/error.h"
#include "netns/fd.h"

namespace halfopen {
namespace {

std::string PathOf(std::string_view name) {
  std::string path = "/proc/sys/" + std::string(name);
  std::ranges::replace(path, '.', '/');
  return path;
}

// A vector sysctl prints tabs between its values; sysctl.conf(5) writes blanks.
std::string Normalized(std::string_view value) {
  std::string text(value);
  std::ranges::replace(text, '\t', ' ');
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace

void SysctlTable::Set(std::string_view name, std::string_view value) {
  {
    const NamespaceScope inside(where_);
    RequireIsolated();
    const std::string path = PathOf(name);
    const Fd file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file) {
      if (errno == ENOENT) {
        throw MissingCapability(fmt::format("this kernel has no sysctl {}", name));
      }
      throw EnvironmentError("open", path, errno);
    }
    if (write(file.get(), value.data(), value.size()) < 0) {
      throw EnvironmentError("sysctl", fmt::format("{} = {}", name, value), errno);
    }
  }
  const std::string stored = Get(name).value_or("");
  if (stored != Normalized(value)) {
    throw EnvironmentError("sysctl", fmt::format("{} = {}", name, value), 0,
                           fmt::format("the kernel stored '{}'", stored));
  }
  recorded_[std::string(name)] = stored;
}

void SysctlTable::Set(std::string_view name, long value) { Set(name, std::to_string(value)); }

std::optional<std::string> SysctlTable::Get(std::string_view name) const {
  const NamespaceScope inside(where_);
  const Fd file(open(PathOf(name).c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::nullopt;
  std::array<char, 4096> text{};
  const ssize_t size = read(file.get(), text.data(), text.size());
  if (size < 0) throw EnvironmentError("sysctl", name, errno);
  return Normalized({text.data(), static_cast<std::size_t>(size)});
}

}  // namespace halfopen

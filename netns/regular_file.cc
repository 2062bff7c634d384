// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/regular_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace halfopen {

bool IsRegularFile(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(std::filesystem::symlink_status(path, error));
}

bool IsFolder(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::is_directory(std::filesystem::symlink_status(path, error));
}

Fd OpenRegularFile(const std::filesystem::path& file) {
  // O_NONBLOCK returns at once from a FIFO, and means nothing to a regular file.
  Fd opened(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  struct stat status {};
  if (!opened || fstat(opened.get(), &status) != 0 || !S_ISREG(status.st_mode)) return Fd();
  return opened;
}

std::optional<std::string> ReadRegularFile(const std::filesystem::path& file, std::size_t most) {
  const Fd opened = OpenRegularFile(file);
  if (!opened) return std::nullopt;
  std::string text;
  std::array<char, 65536> buffer;
  while (text.size() < most) {
    const ssize_t size =
        read(opened.get(), buffer.data(), std::min(buffer.size(), most - text.size()));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return std::nullopt;
    if (size == 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  return text;
}

}  // namespace halfopen

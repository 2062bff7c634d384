// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_REGULAR_FILE_H_
#define HALFOPEN_NETNS_REGULAR_FILE_H_

#include <cstddef>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>

#include "netns/fd.h"

namespace halfopen {

// For files that others may have put there: the last part of their path is no symbolic link, which
// could lead anywhere, and no FIFO or device, which could hang or act when it is opened.

// Whether `path` itself is a regular file, or a folder. Thread-safe.
bool IsRegularFile(const std::filesystem::path& path);
bool IsFolder(const std::filesystem::path& path);

// Opens a regular file for reading; no descriptor for anything else. Thread-safe.
Fd OpenRegularFile(const std::filesystem::path& file);

// The content of a regular file, but no more than `most` bytes; nothing for anything else, and for
// what cannot be read. Thread-safe.
std::optional<std::string> ReadRegularFile(
    const std::filesystem::path& file, std::size_t most = std::numeric_limits<std::size_t>::max());

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_REGULAR_FILE_H_

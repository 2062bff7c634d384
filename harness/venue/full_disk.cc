// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/full_disk.h"

#include <fmt/format.h>

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

#include "netns/error.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

// True if `words`, ours or a tool's, tell of a full disk, or if it is full now.
bool IsFullDisk(const std::string& words, const fs::path& folder) {
  if (words.find(ErrnoText(ENOSPC)) != std::string::npos ||
      words.find("enough free space") != std::string::npos) {
    return true;
  }
  std::error_code error;
  const fs::space_info space = fs::space(folder, error);
  return !error && space.available < 1'000'000;
}

}  // namespace

void WithFullDiskExplained(std::string_view object, const fs::path& folder, int megabytes,
                           const std::function<void()>& make) {
  try {
    make();
  } catch (const std::runtime_error& error) {
    if (!IsFullDisk(error.what(), folder)) throw;
    throw EnvironmentError(object, {}, ENOSPC,
                           fmt::format("free {} MB in {}, or set XDG_CACHE_HOME to a folder on "
                                       "another disk",
                                       megabytes, folder.string()));
  }
}

}  // namespace halfopen

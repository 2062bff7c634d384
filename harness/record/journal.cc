// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/record/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "netns/error.h"

namespace halfopen {

Journal::Journal(const std::filesystem::path& folder) {
  if (folder.empty()) return;
  path_ = (folder / kFileName).string();
  file_.Reset(Check(
      open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0644),
      "open", path_));
  // As long as this lives nobody else makes a timeline of it; where there are no locks, so be it.
  static_cast<void>(flock(file_.get(), LOCK_EX | LOCK_NB));
}

void Journal::Append(std::string line) {
  if (!file_) return;
  line += '\n';
  const ssize_t written = write(file_.get(), line.data(), line.size());
  if (written == static_cast<ssize_t>(line.size()) || error_ != 0) return;
  error_ = written < 0 ? errno : ENOSPC;
}

}  // namespace halfopen

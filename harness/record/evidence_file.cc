// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/record/evidence_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "netns/error.h"

namespace halfopen {

EvidenceFile::EvidenceFile(const EvidencePlace& place, const std::string& name)
    : live_(place.live), name_(name) {
  if (place.folder.empty()) {
    live_ = nullptr;
    return;
  }
  path_ = (place.folder / name).string();
  if (live_ != nullptr) return;
  file_.Reset(Check(
      open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0644),
      "open", path_));
}

int EvidenceFile::Append(std::string_view bytes) const {
  if (live_ != nullptr) return live_->Append(name_, bytes);
  if (!file_) return 0;
  const ssize_t written = write(file_.get(), bytes.data(), bytes.size());
  if (written == static_cast<ssize_t>(bytes.size())) return 0;
  return written < 0 ? errno : ENOSPC;
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RECORD_EVIDENCE_FILE_H_
#define HALFOPEN_HARNESS_RECORD_EVIDENCE_FILE_H_

#include <filesystem>
#include <string>
#include <string_view>

#include "harness/record/live_evidence.h"
#include "netns/fd.h"

namespace halfopen {

// Where the evidence of this process's scenario grows.
struct EvidencePlace {
  std::filesystem::path folder;        // empty: nowhere
  const LiveEvidence* live = nullptr;  // null: in files of `folder` at once
};

// A file that grows while the scenario runs, so that one that dies leaves its story.
class EvidenceFile {
 public:
  // Throws EnvironmentError.
  EvidenceFile(const EvidencePlace& place, const std::string& name);
  // Returns 0 or errno. Thread-safe.
  int Append(std::string_view bytes) const;
  // Where it is, or will be.
  const std::string& path() const { return path_; }

 private:
  const LiveEvidence* live_;
  std::string name_;
  std::string path_;
  Fd file_;  // none: in live_, or nowhere
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RECORD_EVIDENCE_FILE_H_

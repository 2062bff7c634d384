// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RECORD_LIVE_EVIDENCE_H_
#define HALFOPEN_HARNESS_RECORD_LIVE_EVIDENCE_H_

#include <filesystem>
#include <string_view>

#include "netns/fd.h"

namespace halfopen {

// The evidence of a running scenario, kept in memory that outlives its process (memfd_create(2))
// until it becomes files: a disk under pressure holds a writer up for seconds (balance_dirty_pages,
// a journal's commit), and a story that is held up acts later than the kernel's timers.
//
// Made by the runner, written by the scenario's process, read by whoever is left.
class LiveEvidence {
 public:
  // Throws EnvironmentError.
  static LiveEvidence Create();

  int fd() const { return memory_.get(); }

  // Adds to what `file`, a name without a folder, is to hold. Returns 0 or errno. Thread-safe.
  int Append(std::string_view file, std::string_view bytes) const;

  // Makes files of it in `folder`, in the place of those that are there; all but `left_out`. What
  // was being added when its writer died is left out too. Throws EnvironmentError.
  void Unpack(const std::filesystem::path& folder, std::string_view left_out = {}) const;

 private:
  explicit LiveEvidence(Fd memory) : memory_(std::move(memory)) {}
  Fd memory_;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RECORD_LIVE_EVIDENCE_H_

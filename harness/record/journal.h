// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RECORD_JOURNAL_H_
#define HALFOPEN_HARNESS_RECORD_JOURNAL_H_

#include <string>

#include "harness/record/evidence_file.h"

namespace halfopen {

// Appends events to a file as they happen, one JSON object a line, so that a scenario that dies
// leaves its story. Not thread-safe.
class Journal {
 public:
  static constexpr char kFileName[] = "journal.jsonl";

  // Throws EnvironmentError.
  explicit Journal(const EvidencePlace& place);
  // Writes one line, which has no newline of its own. A refusal (a full disk) is remembered, not
  // thrown: the scenario goes on.
  void Append(std::string line);
  // The errno of the first write that failed, or 0.
  int error() const { return error_; }
  const std::string& path() const { return file_.path(); }

 private:
  EvidenceFile file_;
  int error_ = 0;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RECORD_JOURNAL_H_

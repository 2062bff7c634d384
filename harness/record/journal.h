// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RECORD_JOURNAL_H_
#define HALFOPEN_HARNESS_RECORD_JOURNAL_H_

#include <filesystem>
#include <string>

#include "netns/fd.h"

namespace halfopen {

// Appends events to a file as they happen, one JSON object a line, so that a scenario that dies
// leaves its story. Not thread-safe.
class Journal {
 public:
  static constexpr char kFileName[] = "journal.jsonl";

  // No file for an empty folder. Throws EnvironmentError.
  explicit Journal(const std::filesystem::path& folder);
  // Writes one line, which has no newline of its own. A refusal (a full disk) is remembered, not
  // thrown: the scenario goes on.
  void Append(std::string line);
  // The errno of the first write that failed, or 0.
  int error() const { return error_; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  Fd file_;
  int error_ = 0;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RECORD_JOURNAL_H_

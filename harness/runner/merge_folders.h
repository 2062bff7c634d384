// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_MERGE_FOLDERS_H_
#define HALFOPEN_HARNESS_RUNNER_MERGE_FOLDERS_H_

#include <filesystem>
#include <string>
#include <vector>

#include "harness/report/result.h"
#include "harness/runner/out_folder.h"

namespace halfopen {

// Whether `folder` is the --out of an earlier `halfopen merge`, even of one that did not come to
// its end.
bool IsMerged(const std::filesystem::path& folder);

// Copies the evidence of runs into one folder, and says what it could not bring along. Of what it
// copies it takes regular files and folders only: a link could lead anywhere. Not thread-safe.
class FolderMerge {
 public:
  // `out` is the folder that they are copied into.
  explicit FolderMerge(const OutFolder& out) : out_(out) {}

  // Copies what the run in `folder` has left. Returns its report, in which the evidence is where it
  // is now. Throws EnvironmentError if there is no evidence at all, or nothing can be written.
  RunReport Add(const std::filesystem::path& folder);

  // A sentence for each thing that was not there or not whole.
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  void MoveResults(const std::filesystem::path& folder, RunReport& report);
  void MoveConsoles(const std::filesystem::path& folder, RunReport& report);
  void CopyTree(const std::filesystem::path& from, const std::filesystem::path& name, bool replace);

  const OutFolder& out_;
  std::vector<std::string> problems_;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_MERGE_FOLDERS_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_FUZZ_SCRATCH_FOLDER_H_
#define HALFOPEN_FUZZ_SCRATCH_FOLDER_H_

#include <filesystem>
#include <set>
#include <string>
#include <string_view>

namespace halfopen::fuzz {

// A folder of this process' own, in memory where there is /dev/shm; gone with its owner.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  // Makes a file, and the folders that its name has.
  void Put(const std::filesystem::path& name, std::string_view content) const;
  // The names of what is in it, without what is below that.
  std::set<std::string> Names() const;
  // Removes all that is in it.
  void Empty() const;

 private:
  std::filesystem::path path_;
};

}  // namespace halfopen::fuzz

#endif  // HALFOPEN_FUZZ_SCRATCH_FOLDER_H_

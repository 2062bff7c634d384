// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_PACKER_H_
#define HALFOPEN_HARNESS_VENUE_PACKER_H_

#include <filesystem>
#include <set>
#include <string>

#include "harness/venue/cpio.h"

namespace halfopen {

// Packs programs and files of this machine for a guest, where they have the paths that they have
// here: symbolic links on the way are links there, and nothing is packed twice. A relative path
// begins at the guest's root, which is the folder that scenarios run in there. Not thread-safe.
class Packer {
 public:
  // A program, by a name as in PATH or a path with a slash, and all that it needs to be started
  // (program_needs.h). By its name it is found in the guest, too. Does nothing if there is none,
  // for the scenario that wants it says so itself. Throws EnvironmentError if something that it
  // needs is not there.
  void AddProgram(const std::string& name);
  // The same of the file `program`, which will be at `place`.
  void AddProgramAs(const std::filesystem::path& place, const std::filesystem::path& program);
  // A file or a folder with all that is in it, and what programs and libraries among that need, as
  // far as it is there. Does nothing if there is none. Throws EnvironmentError if a file cannot be
  // read.
  void AddFile(const std::filesystem::path& path);

  const CpioArchive& archive() const { return archive_; }

 private:
  enum class Needs { kAll, kWhatIsThere };

  void Add(const std::filesystem::path& path, Needs needs);
  void AddFolder(const std::filesystem::path& place, const std::filesystem::path& folder,
                 Needs needs);
  void AddContent(const std::filesystem::path& place, const std::filesystem::path& file,
                  Needs needs);
  std::filesystem::path AddLinksTo(const std::filesystem::path& path);

  CpioArchive archive_;
  std::set<std::filesystem::path> folders_;  // whose entries are packed
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_PACKER_H_

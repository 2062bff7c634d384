// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_HELD_FOLDER_H_
#define HALFOPEN_HARNESS_RUNNER_HELD_FOLDER_H_

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "netns/fd.h"

namespace halfopen {

// A folder that is held by a descriptor, and below which files are written and removed although
// somebody else may change it at the same time: no symbolic link below it is ever followed, so
// nothing outside of it is written, removed or given away, and what is not a file of its own is
// replaced, never opened.
//
// Under sudo(8), what root makes here is the invoking user's (TheInvokingUser): in a folder of that
// user's it is made with that user's rights alone, elsewhere by root and then handed over. What
// was there before is never given to anybody.
//
// Names are relative to the folder. `spelled`, as the user spelled the folder, is for errors.
// Thread-safe, but the user's rights are those of the thread.
class HeldFolder {
 public:
  // `folder` is a descriptor of a folder.
  HeldFolder(Fd folder, std::filesystem::path spelled)
      : folder_(std::move(folder)), spelled_(std::move(spelled)) {}

  // Opens a folder, and makes it and those above it if need be. A symbolic link on the way to it is
  // followed, for the user has named it; but not one that another user has put where everybody may
  // write, as in /tmp. Throws EnvironmentError.
  static HeldFolder Make(const std::filesystem::path& path);

  int fd() const { return folder_.get(); }

  // Makes these folders, one in the other, where there are none. Throws EnvironmentError, ENOTDIR
  // for what is no folder.
  HeldFolder MakeFolders(const std::filesystem::path& name) const;
  // Replaces a file as a whole: a reader sees all or nothing. Makes the folders of its name.
  // Throws EnvironmentError.
  void Write(const std::filesystem::path& name, std::string_view content) const;
  // Removes a file, or a folder with all that is in it; a symbolic link itself, and not what it
  // names. Nothing if there is none. Throws EnvironmentError.
  void Remove(const std::string& name) const;
  // The names of all that is in it. Throws EnvironmentError.
  std::vector<std::string> Names() const;

 private:
  std::string Spell(const std::filesystem::path& name) const { return (spelled_ / name).string(); }
  HeldFolder MakeFolder(const std::string& name) const;
  void WriteFile(const std::string& name, std::string_view content) const;

  Fd folder_;
  std::filesystem::path spelled_;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_HELD_FOLDER_H_

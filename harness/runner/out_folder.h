// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_OUT_FOLDER_H_
#define HALFOPEN_HARNESS_RUNNER_OUT_FOLDER_H_

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "harness/report/result.h"
#include "harness/runner/held_folder.h"
#include "harness/runner/invoking_user.h"
#include "harness/runner/schedule.h"

namespace halfopen {

// The folder of --out: a folder per run of a scenario, and results.json and junit.xml over them.
// Under sudo everything that is made in it is the user's who called sudo; see HeldFolder for that,
// and for what somebody does to it meanwhile.
class OutFolder {
 public:
  // Makes the folder if need be and tries to write to it. Throws EnvironmentError.
  explicit OutFolder(const std::filesystem::path& path);

  // How long each scenario took in the runs of a profile before this one, in virtual time too;
  // empty if none is known.
  Durations EarlierDurations(std::string_view profile) const;
  // Keeps in durations.json how long the scenarios of this run took that came to their end, beside
  // those of other profiles and scenarios. Throws EnvironmentError.
  void KeepDurations(const RunReport& report) const;
  // Removes the folders of earlier runs: those that are named like one and hold a result.json or
  // stand in results.json. Symbolic links and everything else stay. Throws EnvironmentError.
  void RemoveEarlierRuns() const;
  // Removes what an earlier run claimed about the whole, which is true no longer: results.json,
  // junit.xml and the consoles of its guests.
  void RemoveEarlierResults() const;

  // Makes the folder of one run, empty. Returns its absolute path. Throws EnvironmentError.
  std::filesystem::path MakeRunFolder(const std::string& name) const;
  // Writes a file beside its place and renames it into it, so that a reader sees all or nothing.
  // `name` is relative to the folder; folders in it are made. Throws EnvironmentError.
  void Write(const std::filesystem::path& name, std::string_view content) const {
    folder_.Write(name, content);
  }
  // Makes folders below it where there are none. Throws EnvironmentError.
  void MakeFolders(const std::filesystem::path& name) const { folder_.MakeFolders(name); }
  // Removes what is in it by this name, a folder with all that is in it. Throws EnvironmentError.
  void Remove(const std::string& name) const { folder_.Remove(name); }
  // The file for what a guest's console printed, and whether a name is that of one.
  static std::string ConsoleName(const std::string& kernel);
  static bool IsConsoleName(const std::string& name);
  // The rights with which what is in it is to be read: the invoking user's if it is theirs, for
  // they could have put links to what they may not read there. Null for those that there are.
  std::unique_ptr<ActAsUser> ReadAsOwner() const;
  // Absolute, without symbolic links.
  const std::filesystem::path& path() const { return absolute_; }
  // As the user spelled it, with a name below it: "out/Suite.Name.IPv4".
  std::string Spell(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;  // as the user spelled it
  HeldFolder folder_;
  std::filesystem::path absolute_;  // holds even if somebody changes the working directory
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_OUT_FOLDER_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/invoking_user.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <system_error>

#include "netns/error.h"
#include "netns/fd.h"

namespace halfopen {
namespace {

std::optional<unsigned> IdOf(const char* text) {
  if (text == nullptr) return std::nullopt;
  const std::string_view digits(text);
  unsigned id = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), id);
  // (uid_t)-1 is nobody's: chown(2) takes it for "leave it as it is".
  if (error != std::errc{} || end != digits.end() || id == std::numeric_limits<uid_t>::max()) {
    return std::nullopt;
  }
  return id;
}

// Both tell what was before, and of a refusal nothing; an invalid id changes nothing.
uid_t FileUser() { return static_cast<uid_t>(setfsuid(std::numeric_limits<uid_t>::max())); }
gid_t FileGroup() { return static_cast<gid_t>(setfsgid(std::numeric_limits<gid_t>::max())); }

// glibc's setgroups is for all threads.
bool SetGroups(const std::vector<gid_t>& groups) {
  return syscall(SYS_setgroups, groups.size(), groups.data()) == 0;
}

}  // namespace

std::optional<InvokingUser> ParseInvokingUser(const char* uid, const char* gid) {
  const std::optional<unsigned> user = IdOf(uid);
  const std::optional<unsigned> group = IdOf(gid);
  if (!user || !group || *user == 0) return std::nullopt;
  return InvokingUser{*user, *group};
}

std::optional<InvokingUser> TheInvokingUser() {
  if (geteuid() != 0) return std::nullopt;
  return ParseInvokingUser(std::getenv("SUDO_UID"), std::getenv("SUDO_GID"));
}

ActAsUser::ActAsUser(const InvokingUser& user) : uid_(FileUser()), gid_(FileGroup()) {
  groups_.resize(static_cast<std::size_t>(Check(getgroups(0, nullptr), "getgroups", "")));
  Check(getgroups(static_cast<int>(groups_.size()), groups_.data()), "getgroups", "");
  Check(SetGroups({}) ? 0 : -1, "setgroups", "none");
  setfsgid(user.gid);
  setfsuid(user.uid);
  if (FileUser() == user.uid && FileGroup() == user.gid) return;
  setfsuid(uid_);
  setfsgid(gid_);
  SetGroups(groups_);
  throw EnvironmentError("setfsuid", "the user of SUDO_UID", 0,
                         "this user namespace has no such user");
}

ActAsUser::~ActAsUser() {
  setfsuid(uid_);
  setfsgid(gid_);
  if (!SetGroups(groups_) || FileUser() != uid_) {
    // What comes next would fail for a reason that nobody could guess.
    std::perror("halfopen: setgroups back to the previous groups");
    std::abort();
  }
}

bool MayEnter(const InvokingUser& user, const std::filesystem::path& folder) {
  const ActAsUser act(user);
  return static_cast<bool>(Fd(open((folder / ".").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)));
}

void BecomeInvokingUser(const std::vector<std::filesystem::path>& folders) {
  const std::optional<InvokingUser> user = TheInvokingUser();
  if (!user) return;
  for (std::filesystem::path folder : folders) {
    struct stat status {};
    std::error_code error;
    folder = std::filesystem::absolute(folder, error);
    while (stat(folder.c_str(), &status) != 0 && folder.has_relative_path()) {
      folder = folder.parent_path();
    }
    if (status.st_uid != user->uid || !MayEnter(*user, folder)) return;
  }
  const passwd* const entry = getpwuid(user->uid);
  Check(entry != nullptr ? initgroups(entry->pw_name, user->gid) : setgroups(1, &user->gid),
        "initgroups", "the user of SUDO_UID");
  Check(setresgid(user->gid, user->gid, user->gid), "setresgid", "SUDO_GID");
  Check(setresuid(user->uid, user->uid, user->uid), "setresuid", "SUDO_UID");
  // A change of user has the kernel hide a process from itself and from what it starts.
  Check(prctl(PR_SET_DUMPABLE, 1), "prctl", "PR_SET_DUMPABLE");
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/invoking_user.h"

#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string_view>

#include "netns/error.h"

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

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_INVOKING_USER_H_
#define HALFOPEN_HARNESS_RUNNER_INVOKING_USER_H_

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <vector>

namespace halfopen {

// Who called sudo(8).
struct InvokingUser {
  uid_t uid = 0;
  gid_t gid = 0;

  bool operator==(const InvokingUser&) const = default;
};

// What the words of SUDO_UID and SUDO_GID say; nothing unless both are decimal numbers that some
// user and group can have. Root is no such user: there is nothing to hand over to root.
std::optional<InvokingUser> ParseInvokingUser(const char* uid, const char* gid);

// The user of SUDO_UID and SUDO_GID if this process is root, and nothing otherwise.
std::optional<InvokingUser> TheInvokingUser();

// Makes the calling thread act towards files as another user with one group alone, for the life of
// the object: what that user may not, it may not, root or not (setfsuid(2), setgroups(2)). Other
// threads are as they were; not to be passed between threads. Needs root; throws EnvironmentError.
class [[nodiscard]] ActAsUser {
 public:
  explicit ActAsUser(const InvokingUser& user);
  ~ActAsUser();
  ActAsUser(const ActAsUser&) = delete;
  ActAsUser& operator=(const ActAsUser&) = delete;

 private:
  const uid_t uid_;  // as they were before
  const gid_t gid_;
  std::vector<gid_t> groups_;
};

// Whether a user gets to a folder by its path, and to what is in it. Needs root.
bool MayEnter(const InvokingUser& user, const std::filesystem::path& folder);

// Has this whole process become the invoking user for good if all of these folders are that user's,
// or those that they would be made in: then nothing that is to be done needs root. Does nothing
// where nobody called sudo. The calling process must be single-threaded. Throws EnvironmentError.
void BecomeInvokingUser(const std::vector<std::filesystem::path>& folders);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_INVOKING_USER_H_

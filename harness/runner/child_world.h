// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_CHILD_WORLD_H_
#define HALFOPEN_HARNESS_RUNNER_CHILD_WORLD_H_

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "netns/fd.h"

namespace halfopen {

// What the children of a run live in, and the privilege that they have: over namespaces of their
// own and nothing else. docs/trust.md says what that keeps from whom.
//
// As root, one user namespace is made for the whole run, with a network namespace that reaches
// nothing and a read-only tree of mounts; a child enters them before it runs anything of a
// scenario's, and its root is the invoking user of sudo outside, or a root without any capability.
// (A user namespace for each child, with a network namespace that belongs to it, would cost each an
// eighth more.) Without privilege each child has namespaces of its own. Not thread-safe.
class ChildWorld {
 public:
  // `out` is the folder that children write to besides the one for temporary files; empty for none.
  // The calling process must be single-threaded. Throws EnvironmentError.
  explicit ChildWorld(const std::filesystem::path& out = {});
  // For a guest, a machine that is thrown away: root stays root, and nothing is held back.
  static ChildWorld InGuest();

  // Whether children need no user namespace of their own.
  bool privileged() const { return privileged_; }
  // Flags of clone3(2) for a child.
  std::uint64_t CloneFlags() const;
  // Where a child sees what lies in `out`. Its user may not enter the folders above it.
  std::filesystem::path Seen(const std::filesystem::path& folder) const;

  // What a child needs to have open until it has entered.
  std::vector<int> descriptors() const { return {user_.get(), network_.get(), mounts_.get()}; }
  // Closes them and enters. Called by a child that was cloned so, as the first process of its PID
  // namespace and once its user namespace, if it has one of its own, has its maps. Throws
  // EnvironmentError.
  void Enter();

 private:
  struct Guest {};
  explicit ChildWorld(Guest guest);
  void EnterShared() const;

  bool privileged_;
  bool held_back_ = true;
  std::filesystem::path out_;
  std::filesystem::path seen_out_;
  std::string working_folder_;
  Fd user_;  // none: this machine lets root make none
  Fd network_;
  Fd mounts_;
};

// The lines of uid_map or gid_map (user_namespaces(7)) of a namespace whose 0 is `root` outside,
// and in which other ids are ids that nobody has; `own_map` is that of the namespace outside.
std::string IdMap(unsigned root, const std::string& own_map);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_CHILD_WORLD_H_

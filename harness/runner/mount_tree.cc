// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/mount_tree.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "netns/error.h"
#include "netns/fd.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

constexpr std::array kDevices = {"null", "zero", "full", "random", "urandom", "tty"};

// A mount of its own of what lies at a path now, attached nowhere (open_tree(2)).
Fd CloneMount(const fs::path& path, unsigned recursive) {
  return Fd(
      Check(open_tree(AT_FDCWD, path.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | recursive),
            "open_tree", path.string()));
}

void Attach(const Fd& mount, const fs::path& place) {
  Check(move_mount(mount.get(), "", AT_FDCWD, place.c_str(), MOVE_MOUNT_F_EMPTY_PATH), "move_mount",
        place.string());
}

void SetAttributes(const fs::path& mount, std::uint64_t attributes, unsigned recursive) {
  mount_attr wanted{};
  wanted.attr_set = attributes;
  Check(mount_setattr(AT_FDCWD, mount.c_str(), recursive, &wanted, sizeof wanted), "mount_setattr",
        mount.string());
}

void MountTmpfs(const char* place) {
  Check(mount("tmpfs", place, "tmpfs", MS_NOSUID | MS_NOEXEC | MS_NODEV, "size=1m,mode=755"),
        "mount tmpfs", place);
}

}  // namespace

void HoldBackTree(const std::map<fs::path, fs::path>& writable) {
  Check(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "mount --make-rprivate", "/");
  std::vector<std::pair<fs::path, Fd>> kept;
  for (const auto& [place, folder] : writable) {
    kept.emplace_back(place, CloneMount(folder, AT_RECURSIVE));
  }
  // What is not there is not missed.
  for (const char* device : kDevices) {
    const std::string path = fmt::format("/dev/{}", device);
    if (access(path.c_str(), F_OK) == 0) kept.emplace_back(path, CloneMount(path, 0));
  }
  SetAttributes("/", MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, AT_RECURSIVE);
  for (const char* place : {"/dev", "/run"}) {
    if (access(place, F_OK) == 0) MountTmpfs(place);
  }
  for (const auto& [place, mount] : kept) {
    std::error_code error;
    if (place.parent_path() == "/dev") {
      Fd(open(place.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    } else {
      fs::create_directories(place, error);  // below /run and /dev; elsewhere it is there
    }
    Attach(mount, place);
  }
  for (const char* place : {"/dev", "/run"}) {
    if (access(place, F_OK) == 0) SetAttributes(place, MOUNT_ATTR_RDONLY, 0);
  }
}

bool MountOwnProc() {
  if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NOEXEC | MS_NODEV, nullptr) != 0) {
    if (errno != EPERM) throw EnvironmentError("mount proc", "/proc", errno);
    return false;
  }
  const Fd net = CloneMount("/proc/sys/net", 0);
  SetAttributes("/proc", MOUNT_ATTR_RDONLY, 0);
  Attach(net, "/proc/sys/net");
  return true;
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/privilege.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <string_view>

#include "netns/error.h"
#include "netns/fd.h"

namespace halfopen {
namespace {

// The number in a sysctl file, or `missing` if there is no such file.
long ReadSysctl(const std::filesystem::path& file, long missing) {
  std::ifstream in(file);
  long value = missing;
  return in >> value ? value : missing;
}

void WriteProcFile(const std::string& path, std::string_view text) {
  const Fd fd(Check(open(path.c_str(), O_WRONLY | O_CLOEXEC), "open", path));
  Check(static_cast<int>(write(fd.get(), text.data(), text.size())), "write", path);
}

}  // namespace

bool HasNamespacePrivilege() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data{};
  if (syscall(SYS_capget, &header, data.data()) != 0) return false;
  const auto has = [&](int capability) {
    return (data[CAP_TO_INDEX(capability)].effective & CAP_TO_MASK(capability)) != 0;
  };
  return has(CAP_SYS_ADMIN) && has(CAP_NET_ADMIN);
}

std::string UserNamespaceRemedy(int error, const std::filesystem::path& proc_sys) {
  if (ReadSysctl(proc_sys / "user/max_user_namespaces", 1) == 0) {
    return "user.max_user_namespaces is 0, so no user namespace can be made; run as root, or: "
           "sudo sysctl user.max_user_namespaces=15000";
  }
  if (ReadSysctl(proc_sys / "kernel/unprivileged_userns_clone", 1) == 0) {
    return "Debian's kernel.unprivileged_userns_clone is 0, which keeps user namespaces from "
           "ordinary users; run as root, or: sudo sysctl kernel.unprivileged_userns_clone=1";
  }
  if (ReadSysctl(proc_sys / "kernel/apparmor_restrict_unprivileged_userns", 0) != 0) {
    return "Ubuntu's AppArmor restriction of user namespaces "
           "(kernel.apparmor_restrict_unprivileged_userns=1) is on; run as root, or: "
           "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0";
  }
  if (error == ENOSPC) {
    return "a limit on namespaces is reached (user.max_user_namespaces, user.max_net_namespaces "
           "or user.max_pid_namespaces); run as root or raise it with sysctl";
  }
  if (error == EINVAL) {
    return "this kernel was built without user, PID or network namespaces (CONFIG_USER_NS, "
           "CONFIG_PID_NS, CONFIG_NET_NS)";
  }
  return "something keeps user namespaces from this process (in a container its seccomp profile: "
         "docker run --privileged, or --security-opt seccomp=unconfined); run as root";
}

void MapRootToCaller(pid_t pid, uid_t uid, gid_t gid) {
  const std::string folder = pid == 0 ? "/proc/self" : fmt::format("/proc/{}", pid);
  WriteProcFile(folder + "/setgroups", "deny");
  WriteProcFile(folder + "/uid_map", fmt::format("0 {} 1", uid));
  WriteProcFile(folder + "/gid_map", fmt::format("0 {} 1", gid));
}

void IsolateThisProcess() {
  if (HasNamespacePrivilege()) {
    Check(unshare(CLONE_NEWNET), "unshare", "CLONE_NEWNET");
    return;
  }
  const uid_t uid = geteuid();
  const gid_t gid = getegid();
  if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) {
    const int error = errno;
    throw EnvironmentError("unshare", "CLONE_NEWUSER|CLONE_NEWNET", error,
                           UserNamespaceRemedy(error));
  }
  MapRootToCaller(0, uid, gid);
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/capabilities.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "netns/error.h"

namespace halfopen {

int KeepCapabilities(std::uint64_t kept) {
  for (int capability = 0; capability < 64; ++capability) {
    if ((kept >> capability & 1) != 0) continue;
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0) continue;
    if (errno == EINVAL) break;  // beyond the last that this kernel knows
    return errno;
  }
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) return errno;
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
  if (syscall(SYS_capget, &header, sets.data()) != 0) return errno;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    const auto half = static_cast<std::uint32_t>(kept >> (32 * i));
    sets[i].effective &= half;
    sets[i].permitted &= half;
    sets[i].inheritable = 0;
  }
  return syscall(SYS_capset, &header, sets.data()) == 0 ? 0 : errno;
}

void DropForeignCapabilities() {
  constexpr std::uint64_t kKept =
      CapabilityMask({CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_FSETID, CAP_KILL, CAP_SETGID,
                      CAP_SETUID, CAP_SETPCAP, CAP_NET_BIND_SERVICE, CAP_NET_ADMIN, CAP_NET_RAW,
                      CAP_SYS_CHROOT, CAP_SYS_PTRACE, CAP_SYS_ADMIN, CAP_SYS_RESOURCE});
  if (const int error = KeepCapabilities(kKept); error != 0) {
    throw EnvironmentError("capset", "a scenario's process", error);
  }
}

int DropToProgramCapabilities() {
  return KeepCapabilities(
      CapabilityMask({CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_KILL, CAP_SETGID, CAP_SETUID,
                      CAP_NET_BIND_SERVICE, CAP_SYS_CHROOT}));
}

}  // namespace halfopen

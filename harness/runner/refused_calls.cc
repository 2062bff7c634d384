// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/refused_calls.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <vector>

#include "netns/error.h"

namespace halfopen {
namespace {

constexpr std::array kRefused = {
    SYS_init_module,   SYS_finit_module,    SYS_delete_module,
    SYS_kexec_load,    SYS_reboot,          SYS_swapon,
    SYS_swapoff,       SYS_kexec_file_load, SYS_settimeofday,
    SYS_clock_settime, SYS_adjtimex,        SYS_clock_adjtime,
    SYS_acct,          SYS_quotactl,        SYS_syslog,
    SYS_vhangup,       SYS_mount,           SYS_umount2,
    SYS_move_mount,    SYS_open_tree,       SYS_fsopen,
    SYS_fsmount,       SYS_fsconfig,        SYS_fspick,
    SYS_pivot_root,    SYS_mount_setattr,   SYS_open_by_handle_at,
    SYS_bpf,           SYS_perf_event_open, SYS_userfaultfd,
    SYS_add_key,       SYS_request_key,     SYS_keyctl,
#ifdef __x86_64__
    SYS_iopl,          SYS_ioperm,
#endif
};

#ifdef __x86_64__
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
constexpr std::uint32_t kX32 =
    0x40000000;  // the bit in the numbers of its other calling convention
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
constexpr std::uint32_t kX32 = 0;
#endif

constexpr sock_filter Load(std::size_t offset) {
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
}

// Calls by the numbers of another architecture (32-bit programs) are unknown rather than let pass.
std::vector<sock_filter> RefusingFilter() {
  const sock_filter refuse = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
  const sock_filter unknown = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS);
  std::vector<sock_filter> filter = {
      Load(offsetof(seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 1, 0),
      unknown,
      Load(offsetof(seccomp_data, nr)),
  };
  if (kX32 != 0) {
    filter.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, kX32, 0, 1));
    filter.push_back(unknown);
  }
  for (const auto number : kRefused) {
    filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(number), 0, 1));
    filter.push_back(refuse);
  }
  filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  return filter;
}

}  // namespace

void RefuseForeignCalls() {
  static std::vector<sock_filter> filter = RefusingFilter();
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  Check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl", "PR_SET_NO_NEW_PRIVS");
  // Without the flag kernels before 5.16 would slow everything down against Spectre.
  Check(static_cast<int>(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                                 SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program)),
        "seccomp", "SECCOMP_SET_MODE_FILTER");
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/end_of_child.h"

#include <linux/nsfs.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <vector>

#include "fixtures/abandoned_sockets.h"
#include "netns/fd.h"

namespace halfopen {
namespace {

// Descriptors have the lowest free numbers, and a testbed a hundred at most.
constexpr int kMostDescriptors = 1024;

// The network namespaces that a process holds by descriptors. Copies of these are taken from it,
// for /proc may be that of a PID namespace above.
std::vector<Fd> NetworkNamespacesOf(pid_t process) {
  std::vector<Fd> namespaces;
  const Fd handle(static_cast<int>(syscall(SYS_pidfd_open, process, 0)));
  for (int number = 0; handle && number < kMostDescriptors; ++number) {
    Fd copy(static_cast<int>(syscall(SYS_pidfd_getfd, handle.get(), number, 0)));
    if (copy && ioctl(copy.get(), NS_GET_NSTYPE) == CLONE_NEWNET) {
      namespaces.push_back(std::move(copy));
    }
  }
  return namespaces;
}

}  // namespace

void EndEverything(pid_t body) noexcept {
  try {
    // A body that went on would make more of them.
    kill(body, SIGSTOP);
    const std::vector<Fd> namespaces = NetworkNamespacesOf(body);
    kill(-1, SIGKILL);
    while (waitpid(-1, nullptr, 0) > 0 || errno == EINTR) {
    }
    for (const Fd& network : namespaces) {
      if (setns(network.get(), CLONE_NEWNET) == 0) DestroyTcpSockets();
    }
  } catch (const std::exception&) {
    // The kernel's own time limits end what is left.
  }
}

}  // namespace halfopen

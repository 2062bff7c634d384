// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/namespace.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>

#include "netns/error.h"

namespace halfopen {
namespace {

constexpr char kThreadNamespace[] = "/proc/thread-self/ns/net";

ino_t starting_namespace = 0;

// The scope that this thread is in, so that it is known without asking the kernel.
thread_local const NamespaceScope* innermost = nullptr;

ino_t InodeOf(int fd) {
  struct stat status {};
  Check(fstat(fd, &status), "fstat", "network namespace");
  return status.st_ino;
}

Fd OpenOwn() {
  return Fd(Check(open(kThreadNamespace, O_RDONLY | O_CLOEXEC), "open", kThreadNamespace));
}

}  // namespace

void RememberStartingNamespace() {
  struct stat status {};
  Check(stat(kThreadNamespace, &status), "stat", kThreadNamespace);
  starting_namespace = status.st_ino;
}

ino_t StartingNamespace() { return starting_namespace; }

void RequireIsolated() {
  ino_t inode = 0;
  if (innermost != nullptr) {
    inode = innermost->inode_;
  } else {
    struct stat status {};
    Check(stat(kThreadNamespace, &status), "stat", kThreadNamespace);
    inode = status.st_ino;
  }
  if (inode == starting_namespace) {
    throw EnvironmentError("isolation", "network namespace", 0,
                           "this thread is still in the namespace that halfopen was started in, "
                           "so nothing was written");
  }
}

NetworkNamespace NetworkNamespace::Create() {
  const Fd previous = OpenOwn();
  Check(unshare(CLONE_NEWNET), "unshare", "CLONE_NEWNET");
  Fd created = OpenOwn();
  Check(setns(previous.get(), CLONE_NEWNET), "setns", "previous network namespace");
  const ino_t inode = InodeOf(created.get());
  return NetworkNamespace(std::move(created), inode);
}

NamespaceScope::NamespaceScope(const NetworkNamespace& target)
    : outer_(innermost), fd_(target.fd()), inode_(target.inode()) {
  if (outer_ == nullptr) home_ = OpenOwn();
  Check(setns(fd_, CLONE_NEWNET), "setns", "network namespace of a host");
  innermost = this;
}

NamespaceScope::~NamespaceScope() {
  innermost = outer_;
  if (setns(outer_ != nullptr ? outer_->fd_ : home_.get(), CLONE_NEWNET) != 0) {
    // Going on in the wrong namespace would break the one promise that matters.
    std::perror("halfopen: setns back to the previous network namespace");
    std::abort();
  }
}

}  // namespace halfopen

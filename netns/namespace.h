// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_NAMESPACE_H_
#define HALFOPEN_NETNS_NAMESPACE_H_

#include <sys/types.h>

#include "netns/fd.h"

namespace halfopen {

// Records the network namespace that this process was started in. Call once, first thing in main,
// before any thread or namespace exists.
void RememberStartingNamespace();

// The inode of the starting namespace, as `ls -iL /proc/self/ns/net` prints it; 0 if it was never
// remembered.
ino_t StartingNamespace();

// Throws EnvironmentError unless the calling thread has left the network namespace that halfopen
// was started in. Everything that writes to a namespace calls it first.
void RequireIsolated();

// An anonymous network namespace, held by a descriptor and by nothing else: it vanishes with the
// last descriptor, socket and process in it.
class NetworkNamespace {
 public:
  // Creates one (unshare(2) on the calling thread, which is returned to its own namespace).
  // Throws EnvironmentError: EPERM without CAP_SYS_ADMIN in the owning user namespace, ENOSPC at
  // user.max_net_namespaces.
  static NetworkNamespace Create();

  int fd() const { return fd_.get(); }
  // Inode, unique while the namespace lives.
  ino_t inode() const { return inode_; }

 private:
  NetworkNamespace(Fd fd, ino_t inode) : fd_(std::move(fd)), inode_(inode) {}
  Fd fd_;
  ino_t inode_;
};

// Moves the calling thread into a network namespace for the life of the object. Scopes nest, and
// end in the reverse order (an inner one costs no look-up); not to be passed between threads.
// Throws EnvironmentError when setns(2) refuses.
class NamespaceScope {
 public:
  // `target` outlives the scope.
  explicit NamespaceScope(const NetworkNamespace& target);
  ~NamespaceScope();
  NamespaceScope(const NamespaceScope&) = delete;
  NamespaceScope& operator=(const NamespaceScope&) = delete;

 private:
  const NamespaceScope* outer_;  // of the same thread; null for none
  Fd home_;                      // where the thread was before; of the outermost scope only
  int fd_;
  ino_t inode_;

  friend void RequireIsolated();
};

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_NAMESPACE_H_

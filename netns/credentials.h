// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_CREDENTIALS_H_
#define HALFOPEN_NETNS_CREDENTIALS_H_

#include <sys/types.h>

#include <cstdint>
#include <initializer_list>

namespace halfopen {

// Makes the calling thread one without these capabilities (CAP_NET_ADMIN, …; capabilities(7)) for
// the life of the object: they leave its effective set and come back afterwards. Other threads keep
// theirs; not to be passed between threads. Throws EnvironmentError when capset(2) refuses.
class [[nodiscard]] WithoutCapabilities {
 public:
  WithoutCapabilities(std::initializer_list<int> capabilities);
  ~WithoutCapabilities();
  WithoutCapabilities(const WithoutCapabilities&) = delete;
  WithoutCapabilities& operator=(const WithoutCapabilities&) = delete;

 private:
  std::uint64_t taken_;  // those that the thread had
};

// Makes the calling thread act as another user towards files, and so towards the sockets that it
// makes, whose owner is their maker's file system user (setfsuid(2)); for the life of the object.
// Not to be passed between threads. Throws MissingCapability where the user namespace has no such
// user.
class [[nodiscard]] AsUser {
 public:
  explicit AsUser(uid_t user);
  ~AsUser();
  AsUser(const AsUser&) = delete;
  AsUser& operator=(const AsUser&) = delete;

 private:
  uid_t before_;
};

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_CREDENTIALS_H_

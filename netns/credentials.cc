// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/credentials.h"

#include <fmt/format.h>
#include <linux/capability.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include "netns/error.h"

namespace halfopen {
namespace {

using Sets = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

// glibc has no wrapper for capget(2) and capset(2); pid 0 is the calling thread.
long CapabilityCall(long number, Sets& sets) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  return syscall(number, &header, sets.data());
}

std::uint64_t Effective(const Sets& sets) {
  return sets[0].effective | std::uint64_t{sets[1].effective} << 32;
}

void SetEffective(Sets& sets, std::uint64_t effective) {
  sets[0].effective = static_cast<std::uint32_t>(effective);
  sets[1].effective = static_cast<std::uint32_t>(effective >> 32);
}

// setfsuid(2) tells the user from before, and of a refusal nothing.
uid_t CurrentUser() { return static_cast<uid_t>(setfsuid(static_cast<uid_t>(-1))); }

}  // namespace

WithoutCapabilities::WithoutCapabilities(std::initializer_list<int> capabilities) {
  Sets sets{};
  Check(static_cast<int>(CapabilityCall(SYS_capget, sets)), "capget", "this thread");
  std::uint64_t unwanted = 0;
  for (const int capability : capabilities) unwanted |= std::uint64_t{1} << capability;
  taken_ = Effective(sets) & unwanted;
  SetEffective(sets, Effective(sets) & ~taken_);
  Check(static_cast<int>(CapabilityCall(SYS_capset, sets)), "capset", "this thread");
}

WithoutCapabilities::~WithoutCapabilities() {
  Sets sets{};
  bool restored = CapabilityCall(SYS_capget, sets) == 0;
  SetEffective(sets, Effective(sets) | taken_);
  restored = restored && CapabilityCall(SYS_capset, sets) == 0;
  if (!restored) {
    // What comes next would fail for a reason that nobody could guess.
    std::perror("halfopen: capset back to the previous capabilities");
    std::abort();
  }
}

AsUser::AsUser(uid_t user) : before_(CurrentUser()) {
  setfsuid(user);
  if (CurrentUser() == user) return;
  throw MissingCapability(
      fmt::format("another user (id {}): this user namespace has no such user, because halfopen "
                  "was started without privilege; remedy: start it with sudo",
                  user));
}

AsUser::~AsUser() { setfsuid(before_); }

}  // namespace halfopen

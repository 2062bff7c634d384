// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_CAPABILITIES_H_
#define HALFOPEN_NETNS_CAPABILITIES_H_

#include <cstdint>
#include <initializer_list>

namespace halfopen {

// Capabilities as the kernel's masks have them: bit CAP_NET_ADMIN and so on (capabilities(7)).
constexpr std::uint64_t CapabilityMask(std::initializer_list<int> capabilities) {
  std::uint64_t mask = 0;
  for (const int capability : capabilities) mask |= std::uint64_t{1} << capability;
  return mask;
}

// Takes all capabilities but these from the calling thread for good, in every set, the bounding set
// too: no program that it executes gets one back, whatever user it becomes. Async-signal-safe.
// Returns 0 or an errno.
int KeepCapabilities(std::uint64_t kept);

// KeepCapabilities() of those that act on namespaces, on the caller's own processes and on files by
// their owner: what is over the machine (modules, clocks, devices, reboot, BPF, …) goes, which
// counts where no user namespace stands in front of it. Throws EnvironmentError.
void DropForeignCapabilities();

// KeepCapabilities() of those that a program under test needs to be a server as root is one: ports
// below 1024, another user for its workers, chroot(2), its own files. Not those with which the
// scenario makes and breaks its network, nor to trace what is not its own. Async-signal-safe.
// Returns 0 or an errno.
int DropToProgramCapabilities();

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_CAPABILITIES_H_

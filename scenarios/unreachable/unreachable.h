// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_UNREACHABLE_UNREACHABLE_H_
#define HALFOPEN_SCENARIOS_UNREACHABLE_UNREACHABLE_H_

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <vector>

#include "fixtures/testbed_steps.h"
#include "scenarios/retransmission/retransmission.h"

// What the stories of hosts that cannot be reached share.
namespace halfopen {

// The neighbour solicitations that nobody answers, and the wait behind the last of them
// (mcast_solicit 3, arp(7) and ip-sysctl.rst).
inline std::vector<Duration> UnansweredQuestions(const Timers& times) {
  return std::vector<Duration>(3, times.neighbour_interval);
}

// Has a host ask for its neighbours on `link` at the profile's interval, and not know `neighbour`.
inline void ForgetNeighbour(Host& host, const std::string& link, const IpAddress& neighbour,
                            const Timers& times) {
  const auto interval =
      std::chrono::duration_cast<std::chrono::milliseconds>(times.neighbour_interval);
  const int version = neighbour.family() == IpFamily::kIpv4 ? 4 : 6;
  host.sysctls().Set(fmt::format("net.ipv{}.neigh.{}.retrans_time_ms", version, link),
                     static_cast<long>(interval.count()));
  host.links().DeleteNeighbour(link, neighbour);
}

// What a router says of an address that nobody answers for.
inline IcmpMessage HostUnreachable(IpFamily family) {
  return family == IpFamily::kIpv4 ? IcmpMessage{3, 1} : IcmpMessage{1, 3};
}

// What a router says of a network that it has no route to.
inline IcmpMessage NetUnreachable(IpFamily family) {
  return family == IpFamily::kIpv4 ? IcmpMessage{3, 0} : IcmpMessage{1, 0};
}

// Nobody answers for the host's address any more.
inline void LoseAddress(Host& host) {
  const bool ipv4 = host.address().family() == IpFamily::kIpv4;
  host.links().DeleteAddress("veth0", host.address(), ipv4 ? 24 : 64);
}

}  // namespace halfopen

#endif  // HALFOPEN_SCENARIOS_UNREACHABLE_UNREACHABLE_H_

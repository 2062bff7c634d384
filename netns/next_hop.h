// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_NEXT_HOP_H_
#define HALFOPEN_NETNS_NEXT_HOP_H_

#include <string>

#include "netns/address.h"
#include "netns/link.h"
#include "netns/namespace.h"

namespace halfopen {

// A link by the address that its host has on it.
struct AddressedLink {
  std::string name;
  MacAddress mac{};  // all zero of loopback
};

// The link that has `address` (getifaddrs(3)). Throws EnvironmentError: EADDRNOTAVAIL if none has.
AddressedLink LinkOfAddress(const NetworkNamespace& where, const IpAddress& address);

// The link-layer address that a packet to `destination` is sent to: that of the destination, or of
// the router on the way (rtnetlink(7): route, then neighbour). Throws EnvironmentError: ENETUNREACH
// without a route, ENOENT if the neighbour has not been resolved.
MacAddress NextHop(const NetworkNamespace& where, const IpAddress& destination);

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_NEXT_HOP_H_

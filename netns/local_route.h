// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_LOCAL_ROUTE_H_
#define HALFOPEN_NETNS_LOCAL_ROUTE_H_

#include "netns/address.h"
#include "netns/namespace.h"
#include "netns/netlink.h"

namespace halfopen {

// Watches a namespace for the local route of an IPv6 address. The kernel acknowledges a new address
// before it inserts that route on a workqueue (addrconf_dad_start, net/ipv6/addrconf.c), even
// without duplicate address detection, and drops what comes in until then. Not thread-safe.
class LocalRouteWatch {
 public:
  // Watches from now on: make it before the address is added. Throws EnvironmentError.
  explicit LocalRouteWatch(const NetworkNamespace& where);
  // Blocks until the route of `address` has been inserted. Throws EnvironmentError.
  void Await(const IpAddress& address);

 private:
  NetlinkSocket socket_;
};

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_LOCAL_ROUTE_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_ROUTE_H_
#define HALFOPEN_NETNS_ROUTE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "netns/address.h"

namespace halfopen {

// What a route does with packets; the values are the kernel's (RTN_…, rtnetlink(7)).
enum class RouteType : std::uint8_t {
  kUnicast = 1,
  kLocal = 2,        // delivered here, whatever address it is
  kBlackhole = 6,    // dropped without a word
  kUnreachable = 7,  // "host unreachable" (ICMPv6: "no route")
  kProhibit = 8,     // "administratively prohibited"
};

// A route as ip-route(8) has it. A destination of length 0 is the default route.
struct Route {
  IpAddress destination;
  int prefix_length = 0;
  std::optional<IpAddress> gateway{};  // none: on-link, or none is needed
  std::string link{};                  // empty: the kernel finds it by the gateway
  std::uint32_t table = 254;           // RT_TABLE_MAIN
  RouteType type = RouteType::kUnicast;

  // The default route of the gateway's family.
  static Route Default(const IpAddress& gateway);
  // The route of this one address.
  static Route To(const IpAddress& host) {
    return {.destination = host, .prefix_length = static_cast<int>(8 * host.size())};
  }
  // "unreachable 10.0.2.1/32 table 254", as ip-route(8) takes it.
  std::string ToString() const;
};

// A policy rule as ip-rule(8) has it: packets with this mark (SO_MARK, nft's "meta mark") are
// routed by this table.
struct PolicyRule {
  IpFamily family = IpFamily::kIpv4;
  std::uint32_t mark = 0;
  std::uint32_t table = 0;
};

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_ROUTE_H_

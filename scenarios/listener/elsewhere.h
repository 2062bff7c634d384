// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_LISTENER_ELSEWHERE_H_
#define HALFOPEN_SCENARIOS_LISTENER_ELSEWHERE_H_

#include "netns/route.h"
#include "scenarios/listener/listener.h"

// What the stories of an address that the host does not have share.
namespace halfopen::listener {

// TEST-NET-1 (RFC 5737), the documentation prefix (RFC 3849).
inline Endpoint Elsewhere(IpFamily family) {
  return {IpAddress::Parse(family == IpFamily::kIpv4 ? "192.0.2.1" : "2001:db8::1"), kPort};
}

// Has the clients send to that address by way of the server.
inline void RouteElsewhere(Host& clients, const Host& server) {
  Route route = Route::To(Elsewhere(server.address().family()).address);
  route.gateway = server.address();
  clients.links().AddRoute(route);
}

}  // namespace halfopen::listener

#endif  // HALFOPEN_SCENARIOS_LISTENER_ELSEWHERE_H_

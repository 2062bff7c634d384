// SPDX-License-Identifier: GPL-2.0-or-later
// No route: the host's own routing table decides before a packet exists.
//
// connect() looks its route up first: without one it fails with ENETUNREACH (IPv4: fib_lookup,
// IPv6: the null entry), and a route of ip-route(8)'s types blackhole, unreachable and prohibit
// gives its own errno (fib_props, fib6_prop). None of them is a timeout, and none needs the
// network.
#include "harness/scenario.h"

namespace halfopen {
namespace {

// A route that leads nowhere, for this one address.
void AddDeadEnd(Host& host, RouteType type, const IpAddress& destination) {
  Route route = Route::To(destination);
  route.type = type;
  host.links().AddRoute(route);
}

ROUTER_SCENARIO(NoRoute, ConnectFailsWithEnetunreachAtOnce,
                .verdict =
                    "Without a route connect() fails with ENETUNREACH at once, and no packet "
                    "is sent; the same socket connects once there is one.",
                .source = "connect(2); ip_route_output_key_hash_rcu(), ip6_route_output_flags()") {
  const Route route = Route::Default(RouterHost().address());
  Socket listener = ServerHost().Listen();
  Socket client = ClientHost().NewSocket("client");
  if (Cause("the client loses its default route")) ClientHost().links().DeleteRoute(route);
  ASSERT_THAT(client.Connect(ServerHost()), FailsWith(ENETUNREACH).AtOnce());
  EXPECT_EQ(client.TakeError(), 0);
  EXPECT_THAT(Wire(), Shows("quiet 200ms"));

  ClientHost().links().AddRoute(route);
  EXPECT_THAT(client.Connect(ServerHost()), Returns(0));
  EXPECT_THAT(Wire(), Shows("handshake"));
}

ROUTER_SCENARIO(NoRoute, BlackholeFailsWithEinval,
                .verdict = "connect() over a blackhole route fails with EINVAL at once.",
                .source = "ip-route(8); fib_props, fib6_prop") {
  if (Cause("the client has a blackhole route")) {
    AddDeadEnd(ClientHost(), RouteType::kBlackhole, ServerHost().address());
  }
  EXPECT_THAT(ClientHost().NewSocket().Connect(ServerHost()), FailsWith(EINVAL).AtOnce());
  EXPECT_THAT(Wire(), Shows("quiet 200ms"));
}

ROUTER_SCENARIO(NoRoute, UnreachableFailsWithEhostunreach,
                .verdict = "connect() over an unreachable route fails with EHOSTUNREACH at once.",
                .source = "ip-route(8); fib_props, fib6_prop") {
  if (Cause("the client has an unreachable route")) {
    AddDeadEnd(ClientHost(), RouteType::kUnreachable, ServerHost().address());
  }
  EXPECT_THAT(ClientHost().NewSocket().Connect(ServerHost()), FailsWith(EHOSTUNREACH).AtOnce());
  EXPECT_THAT(Wire(), Shows("quiet 200ms"));
}

ROUTER_SCENARIO(NoRoute, ProhibitFailsWithEacces,
                .verdict = "connect() over a prohibit route fails with EACCES at once.",
                .source = "ip-route(8); fib_props, fib6_prop") {
  if (Cause("the client has a prohibit route")) {
    AddDeadEnd(ClientHost(), RouteType::kProhibit, ServerHost().address());
  }
  EXPECT_THAT(ClientHost().NewSocket().Connect(ServerHost()), FailsWith(EACCES).AtOnce());
  EXPECT_THAT(Wire(), Shows("quiet 200ms"));
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// A transparent proxy: it accepts connections to addresses that are not its host's own
// (Documentation/networking/tproxy.rst).
//
// Three things work together. A rule of nftables hands the packets to the proxy's listener,
// whatever address and port they are for (tproxy, prerouting; nft(8)). It marks them, and a routing
// rule has marked packets delivered locally instead of forwarded (ip-rule(8), a route of type
// local). And the listener has IP_TRANSPARENT, without which the rule passes it over, and the
// accepted socket inherits it: its local address is the one that the client meant, and the client
// sees no other.
//
// Towards its servers the same proxy may show its client's address: a socket with IP_TRANSPARENT
// connects from any. What comes back only has to be delivered to it, for which the mark is enough.
#include "scenarios/listener/elsewhere.h"

namespace halfopen::listener {
namespace {

// Delivers what has this mark to the host itself: ip rule add fwmark 1 table 100; ip route add
// local default dev lo table 100.
void DeliverMarked(Host& host, std::uint32_t mark) {
  constexpr std::uint32_t kTable = 100;
  const IpFamily family = host.address().family();
  host.links().SetUp("lo");
  host.links().AddRule({.family = family, .mark = mark, .table = kTable});
  host.links().AddRoute({.destination = Wildcard(family).address,
                         .link = "lo",
                         .table = kTable,
                         .type = RouteType::kLocal});
}

SCENARIO(Transparent, TproxyHandsItConnectionsToForeignAddresses,
         .verdict =
             "A listener with IP_TRANSPARENT behind an nft tproxy rule accepts connections "
             "to any address; without the option their SYNs are dropped.",
         .source = "Documentation/networking/tproxy.rst; nft(8), TPROXY STATEMENT; nft_tproxy.c",
         .outdated =
             "Transparent proxies are set up with the TPROXY target of iptables; nftables has had "
             "its own tproxy statement since Linux 4.19.") {
  constexpr std::uint16_t kProxyPort = 8080;
  constexpr std::uint32_t kMark = 1;
  const Endpoint elsewhere = Elsewhere(family());
  RouteElsewhere(ClientHost(), ServerHost());
  DeliverMarked(ServerHost(), kMark);
  Socket listener = ServerHost().NewSocket("listener");
  if (Cause("IP_TRANSPARENT")) {
    EXPECT_THAT(listener.Set(Transparent{}), Returns(0));
  }
  EXPECT_THAT(listener.Bind(Wildcard(family(), kProxyPort)), Returns(0));
  EXPECT_THAT(listener.Listen(128), Returns(0));
  Fault proxy = ServerHost().Arm(
      Prerouting().To(elsewhere.address).ToPort(kPort).SetMark(kMark).Tproxy(kProxyPort));

  Socket client = SocketWith(ClientHost(), "client", SynCount{1});
  ASSERT_THAT(client.Connect(elsewhere), Returns(0));
  Socket server = listener.Accept("server");
  EXPECT_EQ(server.local(), elsewhere);
  EXPECT_THAT(client.Send("ping"), Returns(4));
  EXPECT_THAT(server.Recv(), Receives("ping"));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
      quiet 200ms
  )"));
}

SCENARIO(
    Transparent, ConnectsFromAForeignAddress,
    .verdict =
        "A socket with IP_TRANSPARENT binds a foreign address and connects from it; "
        "without, bind fails with EADDRNOTAVAIL.",
    .source = "ip(7), IP_TRANSPARENT; Documentation/networking/tproxy.rst; FLOWI_FLAG_ANYSRC") {
  constexpr std::uint32_t kMark = 1;
  const Endpoint elsewhere = Elsewhere(family());
  // The proxy's peer believes that the address is behind the proxy.
  RouteElsewhere(ClientHost(), ServerHost());
  DeliverMarked(ServerHost(), kMark);
  Fault returning = ServerHost().Arm(Prerouting().To(elsewhere.address).SetMark(kMark));
  Socket listener = ListenerWith(ClientHost(), "peer");

  Socket proxy = SocketWith(ServerHost(), "proxy", SynCount{1});
  if (Cause("IP_TRANSPARENT")) {
    EXPECT_THAT(proxy.Set(Transparent{}), Returns(0));
  }
  ASSERT_THAT(proxy.Bind({elsewhere.address, 0}), Returns(0));
  ASSERT_THAT(proxy.Connect(ClientHost()), Returns(0));
  AwaitWaiting(listener, 1);
  Socket accepted = listener.Accept("accepted");
  EXPECT_EQ(accepted.remote(), proxy.local());
  EXPECT_EQ(accepted.remote().address, elsewhere.address);
  EXPECT_THAT(Wire(), Shows(R"(
      handshake proxy > peer
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen::listener

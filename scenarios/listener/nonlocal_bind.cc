// SPDX-License-Identifier: GPL-2.0-or-later
// A proxy binds an address that its host does not have (yet): EADDRNOTAVAIL, unless IP_FREEBIND,
// IP_TRANSPARENT or the sysctl ip_nonlocal_bind allow it (ip(7); inet_can_nonlocal_bind,
// include/net/inet_sock.h).
//
// IP_FREEBIND needs no privilege: the address may come later, with a failover. IP_TRANSPARENT is
// for connections to addresses that will never be the host's, and needs CAP_NET_ADMIN or
// CAP_NET_RAW in the network namespace. Article 000's proxy tries IP_TRANSPARENT first and sets
// IP_FREEBIND only where that was refused: an unprivileged one listens as well, but gets nothing
// until the address is the host's own.
#include <linux/capability.h>
#include <netinet/in.h>

#include <optional>

#include "netns/credentials.h"
#include "netns/local_route.h"
#include "scenarios/listener/elsewhere.h"

namespace halfopen::listener {
namespace {

// The socket listens there; a SYN to the host's own address is none of its business.
void ExpectListensElsewhere(Socket& listener, Host& clients) {
  const Endpoint elsewhere = Elsewhere(clients.stage().family);
  ASSERT_THAT(listener.Bind(elsewhere), Returns(0));
  EXPECT_THAT(listener.Listen(128), Returns(0));
  const SocketSnapshot now = listener.Snapshot();
  EXPECT_EQ(now.state, TcpState::kListen);
  EXPECT_EQ(now.local, elsewhere);
  EXPECT_THAT(clients.NewSocket("client").Connect(listener.host()), FailsWith(ECONNREFUSED));
}

constexpr char kRefused[] = R"(
    client > server  S   0:0(0)
    server > client  R.  0:0(0) ack 1
    quiet 200ms
)";

SCENARIO(FreeBind, BindsAnAddressThatIsNotThere,
         .verdict =
             "bind to an address that the host does not have fails with EADDRNOTAVAIL; with "
             "IP_FREEBIND it succeeds, without any privilege.",
         .source = "ip(7), IP_FREEBIND; inet_can_nonlocal_bind, include/net/inet_sock.h") {
  const WithoutCapabilities ordinary({CAP_NET_ADMIN, CAP_NET_RAW});
  EXPECT_THAT(ServerHost().NewSocket("bare").Bind(Elsewhere(family())), FailsWith(EADDRNOTAVAIL));

  Socket listener = ServerHost().NewSocket("listener");
  if (Cause("IP_FREEBIND")) {
    EXPECT_THAT(listener.Set(FreeBind{}), Returns(0));
  }
  ASSERT_NO_FATAL_FAILURE(ExpectListensElsewhere(listener, ClientHost()));
  EXPECT_THAT(Wire(), Shows(kRefused));
}

// Gives a host the address elsewhere, usable at once.
void MoveElsewhereTo(Host& host) {
  const IpAddress address = Elsewhere(host.address().family()).address;
  std::optional<LocalRouteWatch> watch;
  if (address.family() == IpFamily::kIpv6) watch.emplace(host.network());
  host.links().AddAddress("veth0", address, static_cast<int>(8 * address.size()));
  if (watch) watch->Await(address);
}

SCENARIO(FreeBind, ServesOnceTheAddressHasCome,
         .verdict =
             "A listener that IP_FREEBIND let bind a missing address gets connections from "
             "the moment that the host has it, as after a failover.",
         .source = "ip(7), IP_FREEBIND; __inet_lookup_listener, net/ipv4/inet_hashtables.c") {
  const Endpoint elsewhere = Elsewhere(family());
  Socket listener = ServerHost().NewSocket("server");
  if (Cause("IP_FREEBIND")) {
    EXPECT_THAT(listener.Set(FreeBind{}), Returns(0));
  }
  ASSERT_THAT(listener.Bind(elsewhere), Returns(0));
  EXPECT_THAT(listener.Listen(128), Returns(0));
  RouteElsewhere(ClientHost(), ServerHost());
  MoveElsewhereTo(ServerHost());

  Socket client = ClientHost().NewSocket("client");
  EXPECT_THAT(client.Connect(elsewhere), Returns(0));
  Socket server = listener.Accept("server");
  EXPECT_EQ(server.local(), elsewhere);
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      quiet 200ms
  )"));
}

SCENARIO(FreeBind, OfIpv4WorksOnIpv6SocketsToo,
         .verdict =
             "IP_FREEBIND of level IPPROTO_IP works on an IPv6 socket as IPV6_FREEBIND does: "
             "no EADDRNOTAVAIL.",
         .source = "ip(7), IP_FREEBIND; IPV6_FREEBIND, commit 84e14fe353de (Linux 4.15)",
         .outdated =
             "Proxies set IP_FREEBIND on IPv6 listeners because there was nothing else; "
             "Linux has had IPV6_FREEBIND since 4.15.",
         .only = IpFamily::kIpv6) {
  Socket listener = ServerHost().NewSocket("listener");
  if (Cause("IP_FREEBIND")) {
    EXPECT_THAT(listener.SetOption(IPPROTO_IP, IP_FREEBIND, 1, "IP_FREEBIND"), Returns(0));
  }
  ASSERT_NO_FATAL_FAILURE(ExpectListensElsewhere(listener, ClientHost()));
  EXPECT_EQ(listener.GetOption(IPPROTO_IPV6, IPV6_FREEBIND, "IPV6_FREEBIND"), 1);
  EXPECT_THAT(Wire(), Shows(kRefused));
}

SCENARIO(FreeBind, SysctlAllowsItToEverySocket,
         .verdict =
             "With ip_nonlocal_bind=1 every socket of the host binds any address: no "
             "EADDRNOTAVAIL, no option, no privilege.",
         .source = "ip-sysctl.rst, ip_nonlocal_bind (IPv4 and IPv6)") {
  const char* sysctl =
      family() == IpFamily::kIpv4 ? "net.ipv4.ip_nonlocal_bind" : "net.ipv6.ip_nonlocal_bind";
  if (Cause("ip_nonlocal_bind")) ServerHost().sysctls().Set(sysctl, 1);
  const WithoutCapabilities ordinary({CAP_NET_ADMIN, CAP_NET_RAW});
  Socket listener = ServerHost().NewSocket("listener");
  ASSERT_NO_FATAL_FAILURE(ExpectListensElsewhere(listener, ClientHost()));
  EXPECT_THAT(Wire(), Shows(kRefused));
}

SCENARIO(Transparent, BindsAnAddressThatIsNotThere,
         .verdict =
             "With IP_TRANSPARENT bind to a foreign address succeeds, where it fails with "
             "EADDRNOTAVAIL without.",
         .source = "ip(7), IP_TRANSPARENT; tproxy.rst; inet_can_nonlocal_bind") {
  EXPECT_THAT(ServerHost().NewSocket("bare").Bind(Elsewhere(family())), FailsWith(EADDRNOTAVAIL));

  Socket listener = ServerHost().NewSocket("listener");
  if (Cause("IP_TRANSPARENT")) {
    EXPECT_THAT(listener.Set(Transparent{}), Returns(0));
  }
  ASSERT_NO_FATAL_FAILURE(ExpectListensElsewhere(listener, ClientHost()));
  EXPECT_THAT(Wire(), Shows(kRefused));
}

SCENARIO(Transparent, NeedsPrivilege,
         .verdict =
             "IP_TRANSPARENT without CAP_NET_ADMIN and CAP_NET_RAW fails with EPERM; either "
             "of the two is enough.",
         .source = "ip(7), IP_TRANSPARENT; do_ip_setsockopt, net/ipv4/ip_sockglue.c",
         .outdated = "ip(7) asks for CAP_NET_ADMIN; CAP_NET_RAW has been enough since Linux 3.2.") {
  Socket listener = ServerHost().NewSocket("listener");
  {
    const WithoutCapabilities without_either(
        Cause("neither CAP_NET_ADMIN nor CAP_NET_RAW")
            ? std::initializer_list<int>{CAP_NET_ADMIN, CAP_NET_RAW}
            : std::initializer_list<int>{});
    ASSERT_THAT(listener.Set(Transparent{}), FailsWith(EPERM));
    EXPECT_THAT(listener.Bind(Elsewhere(family())), FailsWith(EADDRNOTAVAIL));
  }
  {
    const WithoutCapabilities raw_is_left({CAP_NET_ADMIN});
    EXPECT_THAT(ServerHost().NewSocket("raw").Set(Transparent{}), Returns(0));
  }
  const WithoutCapabilities admin_is_left({CAP_NET_RAW});
  EXPECT_THAT(listener.Set(Transparent{}), Returns(0));
  ExpectListensElsewhere(listener, ClientHost());
  EXPECT_THAT(Wire(), Shows(kRefused));
}

}  // namespace
}  // namespace halfopen::listener

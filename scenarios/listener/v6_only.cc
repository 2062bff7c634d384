// SPDX-License-Identifier: GPL-2.0-or-later
// IPV6_V6ONLY: whether a listener on [::] takes IPv4 as well (ipv6(7); RFC 3493, 5.3).
//
// Off, which is the default unless the sysctl bindv6only says otherwise, an IPv4 client is accepted
// and shows as an IPv4-mapped address (RFC 4291, 2.5.5.2); and the listener takes IPv4's wildcard
// of that port too, so another one on 0.0.0.0 gets EADDRINUSE. On, the two families have nothing to
// do with one another. The option is fixed at bind.
#include "scenarios/listener/listener.h"

namespace halfopen::listener {
namespace {

const Endpoint kIpv4Server{IpAddress::Parse("127.0.0.1"), kPort};

constexpr char kIpv4Reset[] = R"(
    client   > loopback  S   0:0(0)
    loopback > client    R.  0:0(0) ack 1
    quiet 200ms
)";

// An IPv4 client finds nobody.
void ExpectIpv4Refused(Host& host) {
  Socket client = host.NewSocket("client", IpFamily::kIpv4);
  EXPECT_THAT(client.Bind({kIpv4Server.address, 0}), Returns(0));
  EXPECT_THAT(client.Connect(kIpv4Server), FailsWith(ECONNREFUSED).AtOnce());
}

LOOPBACK_SCENARIO(V6Only, RefusesIpv4,
                  .verdict =
                      "A listener on [::] with IPV6_V6ONLY does not exist for IPv4: the "
                      "client gets ECONNREFUSED.",
                  .source = "ipv6(7), IPV6_V6ONLY; RFC 3493 5.3", .only = IpFamily::kIpv6) {
  Socket listener = SocketWith(ServerHost(), "server", V6Only{Cause("IPV6_V6ONLY")});
  EXPECT_THAT(listener.Bind(Wildcard(family())), Returns(0));
  EXPECT_THAT(listener.Listen(128), Returns(0));
  ASSERT_NO_FATAL_FAILURE(ExpectIpv4Refused(ServerHost()));
  EXPECT_THAT(Wire(), Shows(kIpv4Reset));
  Socket client = ConnectWaiting(ClientHost(), listener, "ipv6");
}

LOOPBACK_SCENARIO(V6Only, OffIpv4ClientsComeMapped,
                  .verdict =
                      "A listener on [::] without IPV6_V6ONLY accepts an IPv4 client, whose "
                      "address shows as ::ffff:127.0.0.1.",
                  .source = "ipv6(7), NOTES; RFC 4291 2.5.5.2; RFC 3493 3.7",
                  .only = IpFamily::kIpv6) {
  // The option has precedence over the namespace's default.
  ServerHost().sysctls().Set("net.ipv6.bindv6only", 1);
  Socket listener = SocketWith(ServerHost(), "listener", ReuseAddress{});
  if (Cause("IPV6_V6ONLY off")) {
    EXPECT_THAT(listener.Set(V6Only{false}), Returns(0));
  }
  EXPECT_THAT(listener.Bind(Wildcard(family())), Returns(0));
  EXPECT_THAT(listener.Listen(128), Returns(0));
  Socket client = ServerHost().NewSocket("client", IpFamily::kIpv4);
  ASSERT_THAT(client.Connect(kIpv4Server), Returns(0));
  Socket server = listener.Accept("server");
  EXPECT_EQ(server.remote().address.ToString(), "::ffff:127.0.0.1");
  EXPECT_EQ(server.remote().Unmapped(), client.local());
  EXPECT_EQ(server.Snapshot().state, TcpState::kEstablished);
  EXPECT_THAT(server.Send("ping"), Returns(4));
  EXPECT_THAT(client.Recv(), Receives("ping"));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  P.  1:5(4) ack 1
      client > server  .   1:1(0) ack 5
      quiet 200ms
  )"));
}

LOOPBACK_SCENARIO(V6Only, SysctlDecidesTheDefault,
                  .verdict =
                      "With bindv6only=1 a listener on [::] that sets nothing refuses IPv4: "
                      "ECONNREFUSED.",
                  .source = "ip-sysctl.rst, bindv6only; ipv6(7), IPV6_V6ONLY",
                  .only = IpFamily::kIpv6) {
  if (Cause("bindv6only")) ServerHost().sysctls().Set("net.ipv6.bindv6only", 1);
  Socket listener = ServerHost().NewSocket("server");
  EXPECT_THAT(listener.Bind(Wildcard(family())), Returns(0));
  EXPECT_THAT(listener.Listen(128), Returns(0));
  ASSERT_NO_FATAL_FAILURE(ExpectIpv4Refused(ServerHost()));
  EXPECT_THAT(Wire(), Shows(kIpv4Reset));
}

LOOPBACK_SCENARIO(V6Only, OffItTakesIpv4sWildcardToo,
                  .verdict =
                      "Listeners on 0.0.0.0 and [::] of one port: the second one's bind "
                      "fails with EADDRINUSE, unless [::] has IPV6_V6ONLY.",
                  .source = "ipv6(7), IPV6_V6ONLY; ipv6_rcv_saddr_equal, inet_connection_sock.c",
                  .only = IpFamily::kIpv6) {
  const Endpoint any4 = Wildcard(IpFamily::kIpv4);
  const Endpoint any6 = Wildcard(IpFamily::kIpv6);
  Socket ipv4 = ServerHost().NewSocket("ipv4", IpFamily::kIpv4);
  EXPECT_THAT(ipv4.Bind(any4), Returns(0));
  EXPECT_THAT(ipv4.Listen(128), Returns(0));

  Socket ipv6 = SocketWith(ServerHost(), "ipv6", V6Only{!Cause("IPV6_V6ONLY off")});
  ASSERT_THAT(ipv6.Bind(any6), FailsWith(EADDRINUSE));
  EXPECT_THAT(ipv6.Set(V6Only{true}), Returns(0));
  EXPECT_THAT(ipv6.Bind(any6), Returns(0));
  EXPECT_THAT(ipv6.Listen(128), Returns(0));
  EXPECT_THAT(ipv6.Set(V6Only{false}), FailsWith(EINVAL)) << "it is bound";

  // Each family has its own listener.
  Socket client = ServerHost().NewSocket("client", IpFamily::kIpv4);
  EXPECT_THAT(client.Connect(kIpv4Server), Returns(0));
  Socket server = ipv4.Accept("server");
  ipv6.SetNonBlocking();
  EXPECT_THAT(ipv6.Accept().origin(), FailsWith(EAGAIN));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      quiet 200ms
  )"));
  // The other order: [::] without the option is there first.
  ipv4.Close();
  ipv6.Close();
  server.Close();
  Socket both = SocketWith(ServerHost(), "both", ReuseAddress{}, V6Only{false});
  EXPECT_THAT(both.Bind({any6.address, kPort + 1}), Returns(0));
  Socket late = ServerHost().NewSocket("late", IpFamily::kIpv4);
  EXPECT_THAT(late.Bind({any4.address, kPort + 1}), FailsWith(EADDRINUSE));
}

}  // namespace
}  // namespace halfopen::listener

// SPDX-License-Identifier: GPL-2.0-or-later
// No neighbour: the address is on the link, and nobody there answers for it.
//
// The first packet waits while the kernel asks for the link-layer address: three times, a second
// apart (mcast_solicit and retrans_time_ms; arp(7), RFC 4861 7.2.2). Then it throws the packet away
// and tells itself, over loopback, that the host is unreachable (arp_error_report,
// ndisc_error_report). connect() ends with EHOSTUNREACH, long before its SYN retries would have
// ended; no SYN ever leaves the host. Where a router does the asking, its ICMP error has the same
// effect. To an established connection that is a soft error: it goes on, and is told nothing unless
// it has set IP_RECVERR (ip(7), IPV6_RECVERR).
#include "scenarios/unreachable/unreachable.h"

namespace halfopen {
namespace {

SCENARIO(NoNeighbour, ConnectFailsWithEhostunreach,
         .verdict =
             "Nobody answers ARP or neighbour discovery for the address: connect() fails with "
             "EHOSTUNREACH after 3 s, without a SYN on the wire.",
         .source = "RFC 4861 7.2.2; arp(7); neigh_timer_handler(), tcp_v4_err()") {
  const auto questions = UnansweredQuestions(Times());
  ClientHost().links().SetUp("lo");
  ForgetNeighbour(ClientHost(), "veth0", ServerHost().address(), Times());
  if (Cause("the server is gone")) LoseAddress(ServerHost());
  const Counters before = CountersOf(ClientHost());

  EXPECT_THAT(ClientHost().NewSocket().Connect(ServerHost()),
              FailsWith(EHOSTUNREACH).After(questions));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before),
              testing::Contains(testing::Pair("Tcp.AttemptFails", 1)));
  // With the kernel's own timers a SYN is due at the same moment, and may ask anew.
  EXPECT_THAT(Wire(), Shows(R"(
                client > server  who-has
      +interval client > server  who-has *2
    ?           client > server  who-has
      quiet 200ms
  )",
                            Bind("interval", Times().neighbour_interval)));
}

ROUTER_SCENARIO(
    NoNeighbour, RouterTellsHostUnreachable,
    .verdict =
        "A router that finds nobody at the address answers host unreachable after "
        "3 s: connect() fails with EHOSTUNREACH.",
    .source = "RFC 1812 5.2.7.1, RFC 4443 3.1; arp_error_report(), ndisc_error_report()") {
  ForgetNeighbour(RouterHost(), WithRouter::kToServer, ServerHost().address(), Times());
  if (Cause("the server is gone")) LoseAddress(ServerHost());

  EXPECT_THAT(ClientHost().NewSocket().Connect(ServerHost()),
              FailsWith(EHOSTUNREACH).After(UnansweredQuestions(Times())));
  // Each SYN that has come meanwhile draws an answer of its own; and as above.
  EXPECT_THAT(Wire().SentBy("router"), Shows(R"(
                router > server  who-has
      +interval router > server  who-has *2
      +interval router > client  icmp unreachable
    ?           router > client  icmp unreachable *8
    ?           router > server  who-has
      quiet 200ms
  )",
                                             Bind("interval", Times().neighbour_interval),
                                             Bind("unreachable", HostUnreachable(family()))));
}

SCENARIO(NoNeighbour, EstablishedConnectionIsToldOnlyByRecverr,
         .verdict =
             "The neighbour of a connection no longer answers: with IP_RECVERR the next call "
             "fails with EHOSTUNREACH once; the connection lives on.",
         .source = "ip(7), ipv6(7); tcp_v4_err(), tcp_v6_err()") {
  auto [client, server] = Connect();
  ClientHost().links().SetUp("lo");
  ForgetNeighbour(ClientHost(), "veth0", ServerHost().address(), Times());
  if (Cause("the server is gone")) LoseAddress(ServerHost());
  if (Cause("the client sets IP_RECVERR")) client.Set(ReceiveErrors{});

  const Call sent = client.Send("ping");
  EXPECT_THAT(sent, Returns(4));
  ASSERT_THAT(client.Recv(),
              FailsWith(EHOSTUNREACH).After(UnansweredQuestions(Times())).Since(sent.begin));
  EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);

  AddAddress(ServerHost(), "veth0", ServerHost().address());
  EXPECT_THAT(server.Recv(), Receives("ping"));
  EXPECT_THAT(Wire().SentBy("client"),
              Shows(R"(
                client > server  S        0:0(0)
                client > server  .        1:1(0) ack 1
                client > server  who-has
      +interval client > server  who-has  *2
    ?           client > server  who-has  *again
                client > server  P.       1:5(4) ack 1
  )",
                    Bind("interval", Times().neighbour_interval), Bind("again", 20)));
}

ROUTER_SCENARIO(NoNeighbour, EstablishedConnectionEndsWithEhostunreach,
                .verdict =
                    "The peer of a connection is gone behind a router that says host "
                    "unreachable: the end is EHOSTUNREACH in place of ETIMEDOUT.",
                .source = "RFC 1122 4.2.3.9; tcp_v4_err(), tcp_v6_err(), tcp_write_err()") {
  const UserTimeout enough{
      std::chrono::duration_cast<std::chrono::milliseconds>(10 * Times().neighbour_interval)};
  auto [client, server] = Connect(enough);
  const auto schedule = SingleSegmentSchedule(client.Snapshot().rto, 0, enough.time);
  ForgetNeighbour(RouterHost(), WithRouter::kToServer, ServerHost().address(), Times());
  if (Cause("the server is gone")) LoseAddress(ServerHost());

  const Call sent = client.Send("ping");
  EXPECT_THAT(sent, Returns(4));
  ASSERT_EQ(AwaitRetransmission(client, 1).retransmits, 1U);
  AwaitPackets([](const WirePacket& packet) { return packet.from == "router"; }, 4, "message");
  EXPECT_THAT(Wire().SentBy("router"), Shows(R"(
                router > server  who-has
      +interval router > server  who-has *2
      +interval router > client  icmp unreachable
    ?           router > client  icmp unreachable *8
    ?           router > server  who-has
  )",
                                             Bind("interval", Times().neighbour_interval),
                                             Bind("unreachable", HostUnreachable(family()))));
  // Over IPv4 the message takes back the doubling of the timeout too (RFC 6069), over IPv6 only "no
  // route" does (tcp_v6_err).
  const CallMatcher ends = FailsWith(EHOSTUNREACH);
  EXPECT_THAT(client.Recv(),
              family() == IpFamily::kIpv4 ? ends : ends.After(schedule).Since(sent.begin));
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));
}

}  // namespace
}  // namespace halfopen

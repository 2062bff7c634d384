// SPDX-License-Identifier: GPL-2.0-or-later
// Path MTU: a link behind the router is narrower than the client's own.
//
// TCP forbids routers to fragment (DF; IPv6 routers never do), so the router throws big segments
// away and tells the link's MTU: "fragmentation needed", ICMPv6 "packet too big" (RFC 1191, RFC
// 8201). The sender cuts its segments and goes on: no error. Where that message gets lost, small
// segments pass and big ones vanish, a black hole (RFC 2923 2.1): the handshake works, a request
// works, and then the connection hangs and times out. tcp_mtu_probing (ip-sysctl.rst) mends it: 1
// falls back to tcp_base_mss (1024) when tcp_retries1's time is over (RFC 4821; tcp_mtu_probing,
// net/ipv4/tcp_timer.c), 2 begins with it.
#include <netinet/in.h>

#include "scenarios/retransmission/retransmission.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Key;
using testing::Not;
using testing::Pair;

// A segment as long as the client's link allows over IPv6, and not much less over IPv4.
const std::string kBig(1428, 'x');

// For which 1208 bytes of data fill a packet of either family.
int NarrowMtu(IpFamily family) { return family == IpFamily::kIpv4 ? 1260 : 1280; }

void Narrow(Host& router, IpFamily family) {
  router.links().SetMtu(WithRouter::kToServer, static_cast<std::uint32_t>(NarrowMtu(family)));
}

IcmpMessage TooBig(IpFamily family) {
  return family == IpFamily::kIpv4 ? IcmpMessage{3, 4} : IcmpMessage{2, 0};
}

int PathMtu(Socket& socket, IpFamily family) {
  return family == IpFamily::kIpv4 ? socket.GetOption(IPPROTO_IP, IP_MTU, "IP_MTU")
                                   : socket.GetOption(IPPROTO_IPV6, IPV6_MTU, "IPV6_MTU");
}

ROUTER_SCENARIO(PathMtu, RoutersMessageCutsTheSegments,
                .verdict =
                    "A segment is too big for a link on the path: the router tells its MTU, "
                    "smaller segments follow at once, and no call sees an error.",
                .source = "RFC 1191, RFC 8201; tcp_v4_mtu_reduced(), tcp_v6_mtu_reduced()") {
  auto [client, server] = Connect();
  if (Cause("a link behind the router is narrower")) Narrow(RouterHost(), family());
  const Counters before = CountersOf(ClientHost());
  EXPECT_THAT(client.Send(kBig), Returns(1428));
  EXPECT_THAT(server.Recv(1428, MSG_WAITALL), Returns(1428));
  EXPECT_EQ(PathMtu(client, family()), NarrowMtu(family()));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before),
              Contains(Pair(
                  family() == IpFamily::kIpv4 ? "Icmp.InDestUnreachs" : "Icmp6.InPktTooBigs", 1)));
  EXPECT_THAT(Wire(), Shows(R"(
        handshake
        client > server  P.  1:1429(1428) ack 1
        router > client  icmp told
        client > server  .   1:1209(1208) ack 1
        client > server  P.  1209:1429(220) ack 1
      ? server > client  .   1:1(0) ack 1209
      ? server > client  .   1:1(0) ack 1429
        quiet 200ms
  )",
                            Bind("told", TooBig(family()))));
}

ROUTER_SCENARIO(PathMtu, NextConnectionKnowsThePath,
                .verdict =
                    "The host remembers a path's MTU: the next connection to "
                    "the same address sends smaller segments from the start.",
                .source = "RFC 1191 6.3; ip-sysctl.rst, mtu_expires; tcp_connect_init()") {
  auto [first, first_server] = Connect();
  if (Cause("a link behind the router is narrower")) Narrow(RouterHost(), family());
  EXPECT_THAT(first.Send(kBig), Returns(1428));
  EXPECT_THAT(first_server.Recv(1428, MSG_WAITALL), Returns(1428));

  auto [client, server] = Connect();
  EXPECT_THAT(client.Send(kBig), Returns(1428));
  EXPECT_THAT(Wire(client), Shows(R"(
        handshake
        client > server  .   1:1209(1208) ack 1
        client > server  P.  1209:1429(220) ack 1
      ? server > client  .   1:1(0) ack 1209
      ? server > client  .   1:1(0) ack 1429
        quiet 200ms
  )"));
}

ROUTER_SCENARIO(PathMtu, BlackHoleTimesOut,
                .verdict =
                    "The router's message gets lost: small segments pass, a big one is sent "
                    "again until tcp_retries2 ends the connection with ETIMEDOUT.",
                .source = "RFC 2923 2.1; tcp_write_timeout()") {
  auto [client, server] = Connect();
  Narrow(RouterHost(), family());
  Fault hole = RouterHost().Drop(Output().Icmp(family(), TooBig(family())));
  EXPECT_THAT(client.Send("ping"), Returns(4));
  EXPECT_THAT(server.Recv(), Receives("ping"));
  const auto schedule = SingleSegmentSchedule(client.Snapshot().rto, Times().retries2);

  const int again = static_cast<int>(schedule.size()) - 1;
  const Counters before = CountersOf(ClientHost());
  const Call sent = client.Send(kBig);
  EXPECT_THAT(sent, Returns(1428));
  ASSERT_EQ(AwaitRetransmission(client, 1).retransmits, 1U);
  EXPECT_THAT(client.Recv(), FailsWith(ETIMEDOUT).After(schedule).Since(sent.begin));
  EXPECT_THAT(Wire().SentBy("client"),
              Shows(R"(
               client > server  S   0:0(0)
               client > server  .   1:1(0) ack 1
               client > server  P.  1:5(4) ack 1
               client > server  P.  5:1433(1428) ack 1
      +backoff client > server  P.  5:1433(1428) ack 1 *again
      quiet 200ms
  )",
                    Bind("backoff", WithoutLast(schedule)), Bind("again", again)));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), CountsATimeoutAfter(again));
}

ROUTER_SCENARIO(PathMtu, MtuProbingMendsTheBlackHole,
                .verdict =
                    "With tcp_mtu_probing 1 a black hole costs the time of tcp_retries1; then "
                    "1024 bytes go at a time, and no call sees an error.",
                .source = "RFC 4821; ip-sysctl.rst, tcp_mtu_probing, tcp_base_mss") {
  const int retries1 = profile() == Profile::kFast ? 1 : 3;
  ClientHost().sysctls().Set("net.ipv4.tcp_retries1", retries1);
  if (Cause("the client probes the MTU")) ClientHost().sysctls().Set("net.ipv4.tcp_mtu_probing", 1);
  auto [client, server] = Connect();
  Narrow(RouterHost(), family());
  Fault hole = RouterHost().Drop(Output().Icmp(family(), TooBig(family())));
  const auto schedule = SingleSegmentSchedule(client.Snapshot().rto, retries1);

  const int again = static_cast<int>(schedule.size()) - 1;
  const Counters before = CountersOf(ClientHost());
  const Call sent = client.Send(kBig);
  EXPECT_THAT(sent, Returns(1428));
  PendingCall read = server.StartRecv(1024);
  client.Await(
      [](const SocketSnapshot& now) {
        return now.state == TcpState::kClose || now.send_queue == 0;
      },
      "the end");
  ASSERT_EQ(client.Snapshot().state, TcpState::kEstablished);
  EXPECT_THAT(read.Wait(), Returns(1024).After(schedule).Since(sent.begin));
  EXPECT_EQ(PathMtu(client, family()), 1500) << "nobody has told the route";
  EXPECT_THAT(Wire().SentBy("client"), Shows(R"(
               client > server  S   0:0(0)
               client > server  .   1:1(0) ack 1
               client > server  P.  1:1429(1428) ack 1
      +backoff client > server  P.  1:1429(1428) ack 1 *again
      +last    client > server  .   1:1025(1024) ack 1
               client > server  P.  1025:1429(404) ack 1
      quiet 200ms
  )",
                                             Bind("backoff", WithoutLast(schedule)),
                                             Bind("last", schedule.back()), Bind("again", again)));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before),
              AllOf(Contains(Pair("TcpExt.TCPTimeouts", again)),
                    Not(Contains(Key("TcpExt.TCPAbortOnTimeout")))));
}

ROUTER_SCENARIO(PathMtu, MtuProbingFromTheStartAvoidsTheBlackHole,
                .verdict =
                    "With tcp_mtu_probing 2 a connection begins with segments of 1024 bytes, "
                    "which pass where bigger ones would vanish.",
                .source = "RFC 4821; ip-sysctl.rst, tcp_mtu_probing, tcp_base_mss") {
  if (Cause("the client probes from the start")) {
    ClientHost().sysctls().Set("net.ipv4.tcp_mtu_probing", 2);
  }
  auto [client, server] = Connect();
  Narrow(RouterHost(), family());
  EXPECT_THAT(client.Send(kBig), Returns(1428));
  EXPECT_THAT(Wire(), Shows(R"(
        handshake
        client > server  .   1:1025(1024) ack 1
        client > server  P.  1025:1429(404) ack 1
      ? server > client  .   1:1(0) ack 1025
      ? server > client  .   1:1(0) ack 1429
        quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen

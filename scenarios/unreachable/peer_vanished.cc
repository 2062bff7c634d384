// SPDX-License-Identifier: GPL-2.0-or-later
// The peer's host vanishes, and the router before it knows.
//
// The router answers each segment with "net unreachable" (ICMPv6: "no route"). That is a soft
// error: the connection goes on retransmitting (RFC 1122 4.2.3.9), but it takes the message as a
// sign that the path is broken and not congested, and undoes the doubling of the timeout that each
// retransmission brings (RFC 6069, tcp_ld_RTO_revert): the retransmissions stay a timeout apart.
// When the time is over, the call is told the router's ENETUNREACH in place of ETIMEDOUT.
#include "harness/expect/window.h"
#include "scenarios/unreachable/unreachable.h"

namespace halfopen {
namespace {

using namespace std::chrono_literals;

ROUTER_SCENARIO(PeerVanished, RetransmissionsDoNotBackOff,
                .verdict =
                    "The peer vanishes behind a router that says so: retransmissions stay one "
                    "timeout apart, and the end is ENETUNREACH in place of ETIMEDOUT.",
                .source = "RFC 6069, RFC 1122 4.2.3.9; tcp_ld_RTO_revert()") {
  // A Linux router tells one host of dead ends six times, then once a second (ip_error).
  auto [client, server] = Connect(UserTimeout{600ms});
  const Duration rto = client.Snapshot().rto;
  if (Cause("the server vanishes")) PowerOffServer();

  EXPECT_THAT(client.Send("ping"), Returns(4));
  // Blocked beforehand: what the router says while a call has the socket is dropped
  // (LockDroppedIcmps).
  PendingCall blocked = client.StartRecv();
  ASSERT_EQ(AwaitRetransmission(client, 1).retransmits, 1U);
  const Call read = blocked.Wait();
  EXPECT_THAT(read, FailsWith(ENETUNREACH));
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));

  ASSERT_THAT(Wire().SentBy("client"), Shows(R"(
               client > server  S   0:0(0)
               client > server  .   1:1(0) ack 1
               client > server  P.  1:5(4) ack 1
      +timeout client > server  P.  1:5(4) ack 1 *2
               client > server  P.  1:5(4) ack 1 *2
      quiet 200ms
  )",
                                             Bind("timeout", rto)));
  ASSERT_THAT(Wire().SentBy("router"), Shows("router > client icmp unreachable *5",
                                             Bind("unreachable", NetUnreachable(family()))));
  // The doubled timeout is taken back, and what is left of it runs from the router's word on, less
  // the jiffy that the time since the retransmission is rounded up to.
  const Duration left = rto - KernelWheel().Jiffy();
  const std::vector<WirePacket> segments = Wire().SentBy("client").Packets();
  const std::vector<WirePacket> words = Wire().SentBy("router").Packets();
  EXPECT_TRUE(InTime("the third retransmission", {left}, words[2].time, segments[5].time));
  EXPECT_TRUE(InTime("the fourth retransmission", {left}, words[3].time, segments[6].time));
  EXPECT_TRUE(InTime("the end", {left}, words[4].time, read.end));
}

// A keepalive probe repeats the last sequence number that was acknowledged, and an ICMP error about
// what is acknowledged already is a forgery to Linux (RFC 5927 4.1): it is counted, not believed.
ROUTER_SCENARIO(PeerVanished, KeepaliveDoesNotBelieveTheRouter,
                .verdict =
                    "Keepalive towards a vanished peer ends with ETIMEDOUT even if a router "
                    "answers each probe: a probe's sequence number is out of the window.",
                .source = "RFC 5927 4.1; tcp_v4_err(), tcp_v6_err(), OutOfWindowIcmps",
                .outdated =
                    "Textbooks let keepalive fail with EHOSTUNREACH where a router reports "
                    "the peer unreachable; Linux says ETIMEDOUT.") {
  const Keepalive keepalive = Times().keepalive;
  auto [client, server] = Connect(keepalive);
  const TimePoint idle_since = Wire().SentBy("client").Packets().back().time;
  const Counters before = CountersOf(ClientHost());
  if (Cause("the server vanishes")) PowerOffServer();

  AwaitPackets([](const WirePacket& packet) { return packet.to == "client"; }, 2, "answer");
  ASSERT_THAT(Wire().SentBy("router"), Shows("router > client icmp unreachable",
                                             Bind("unreachable", NetUnreachable(family()))));
  EXPECT_THAT(client.Recv(), FailsWith(ETIMEDOUT).After(ScheduleOf(keepalive)).Since(idle_since));
  EXPECT_THAT(Wire().SentBy("client"),
              Shows(R"(
                client > server  S   0:0(0)
                client > server  .   1:1(0) ack 1
      +idle     client > server  .   0:0(0) ack 1
      +interval client > server  .   0:0(0) ack 1  *more
      +interval client > server  R.  1:1(0) ack 1
      quiet 200ms
  )",
                    Bind("idle", keepalive.idle), Bind("interval", keepalive.interval),
                    Bind("more", keepalive.probes - 1)));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before),
              testing::Contains(testing::Pair("TcpExt.OutOfWindowIcmps", keepalive.probes)));
}

}  // namespace
}  // namespace halfopen

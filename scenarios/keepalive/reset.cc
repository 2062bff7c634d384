// SPDX-License-Identifier: GPL-2.0-or-later
// The RST that ends an expired keepalive, seen by the peer.
//
// tcp_keepalive_timer sends a RST before it gives the connection up (tcp_send_active_reset).
// Whether the peer learns of the end depends on the direction that is broken. If only the way back
// is, the peer answers every probe in vain and then gets the RST: its blocked read fails with
// ECONNRESET (RFC 9293 3.10.7.4, tcp_reset in net/ipv4/tcp_input.c). If the way to it is, no RST
// comes, its socket stays ESTABLISHED and its read blocks: a half-open connection (RFC 9293 3.5.1),
// for ever if it has no keepalive of its own.
#include "scenarios/keepalive/probes.h"

namespace halfopen {
namespace {

SCENARIO(KeepaliveExpiry, ResetThatArrivesFailsThePeersRead,
         .verdict =
             "Keepalive's expiry sends a RST: a peer that can still be reached finds its blocked "
             "recv() failing with ECONNRESET.",
         .source = "tcp_keepalive_timer(), tcp_send_active_reset(); RFC 9293 3.10.7.4") {
  Keepalive ka = Times().keepalive;
  ka.probes = 2;  // each is answered, in vain
  const Counters before = CountersOf(ServerHost());
  const TimePoint begin = Clock::now();
  auto [client, server] = Connect(ka);
  Fault deaf = ClientHost().Drop(Input().From(ServerHost().address()).FromPort(80));

  PendingCall read = client.StartRecv();
  PendingCall peer_read = server.StartRecv();
  AwaitPackets(IsClientProbe, 1, "keepalive probe");
  ASSERT_THAT(AwaitKeepaliveTimer(client), ShowsKeepaliveTimer(1));

  EXPECT_THAT(read.Wait(), FailsWith(ETIMEDOUT).After(ScheduleOf(ka)).Since(begin));
  EXPECT_THAT(peer_read.Wait(), FailsWith(ECONNRESET).After(ScheduleOf(ka)).Since(begin));
  EXPECT_THAT(server.Recv(), EndsStream());
  EXPECT_THAT(server.Send("pong"), FailsWith(EPIPE));
  EXPECT_THAT(CountersOf(ServerHost()).Since(before),
              testing::Contains(testing::Pair("Tcp.EstabResets", 1)));

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      +idle      client >  server  .   0:0(0) ack 1
                 server >| client  .   1:1(0) ack 1
      +interval  client >  server  .   0:0(0) ack 1
                 server >| client  .   1:1(0) ack 1
      +interval  client >  server  R.  1:1(0) ack 1
      quiet 200ms
  )",
                            Bind("idle", ka.idle), Bind("interval", ka.interval)));
}

SCENARIO(KeepaliveExpiry, ResetThatIsLostLeavesThePeerHalfOpen,
         .verdict =
             "A peer that the RST of the keepalive expiry does not reach stays ESTABLISHED, and "
             "its recv() blocks for ever: half-open.",
         .source = "RFC 9293 3.5.1; tcp_keepalive_timer()") {
  const Keepalive ka = Times().keepalive;
  const TimePoint begin = Clock::now();
  auto [client, server] = Connect(ka);
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));

  PendingCall read = client.StartRecv();
  PendingCall peer_read = server.StartRecv();
  AwaitPackets(IsClientProbe, 1, "keepalive probe");
  ASSERT_THAT(AwaitKeepaliveTimer(client), ShowsKeepaliveTimer(1));

  EXPECT_THAT(read.Wait(), FailsWith(ETIMEDOUT).After(ScheduleOf(ka)).Since(begin));
  EXPECT_EQ(client.Snapshot().state, TcpState::kClose);
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      +idle      client >| server  .   0:0(0) ack 1
      +interval  client >| server  .   0:0(0) ack 1  *more
      +interval  client >| server  R.  1:1(0) ack 1
      quiet 200ms
  )",
                            Bind("idle", ka.idle), Bind("interval", ka.interval),
                            Bind("more", ka.probes - 1)));
  EXPECT_FALSE(peer_read.Done());
  EXPECT_EQ(server.Snapshot().state, TcpState::kEstablished);
  EXPECT_EQ(server.Snapshot().timer, TimerKind::kOff);
}

}  // namespace
}  // namespace halfopen

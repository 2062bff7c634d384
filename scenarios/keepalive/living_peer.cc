// SPDX-License-Identifier: GPL-2.0-or-later
// Keepalive with a peer that lives: each probe is answered, and the connection goes on.
//
// A probe carries no data, and its sequence number is one that the peer has acknowledged long ago.
// Such a segment is not acceptable, which obliges a living TCP to answer with an ACK of what it
// expects (RFC 9293 3.10.7.4, tcp_send_dupack). The answer clears the count of unanswered probes
// (tcp_ack) and begins a new idle time. Neither application sees any of it.
#include "scenarios/keepalive/probes.h"

namespace halfopen {
namespace {

SCENARIO(KeepaliveProbe, LivingPeerAnswersEach) {
  const Keepalive ka = Times().keepalive;
  const Counters before = CountersOf(ClientHost());
  auto [client, server] = Cause("the client keeps alive") ? Connect(ka) : Connect();
  ASSERT_THAT(client.Snapshot(), ShowsKeepaliveTimer(0));
  PendingCall read = client.StartRecv();

  AwaitPackets(IsServerAck, 2, "answers to probes");
  client.Await([](const SocketSnapshot& now) { return now.retransmits == 0; },
               "no probe unanswered");
  EXPECT_THAT(AwaitKeepaliveTimer(client), ShowsKeepaliveTimer(0));
  EXPECT_FALSE(read.Done());
  EXPECT_THAT(server.Send("pong"), Returns(4));
  EXPECT_THAT(read.Wait(), Receives("pong"));

  EXPECT_THAT(CountersOf(ClientHost()).Since(before),
              testing::AllOf(testing::Contains(testing::Pair("TcpExt.TCPKeepAlive", 2)),
                             testing::Not(testing::Contains(testing::Key("Tcp.OutRsts")))));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      +idle  client > server  .   0:0(0) ack 1
             server > client  .   1:1(0) ack 1
      +idle  client > server  .   0:0(0) ack 1
             server > client  .   1:1(0) ack 1
             server > client  P.  1:5(4) ack 1
             client > server  .   1:1(0) ack 5
      quiet 200ms
  )",
                            Bind("idle", ka.idle)));
}

}  // namespace
}  // namespace halfopen

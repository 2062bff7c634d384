// SPDX-License-Identifier: GPL-2.0-or-later
// Keepalive with a peer that lives: each probe is answered, and the connection goes on.
//
// A probe carries no data, and its sequence number is one that the peer has acknowledged long ago.
// Such a segment is not acceptable, which obliges a living TCP to answer with an ACK of what it
// expects (RFC 9293 3.10.7.4, tcp_send_dupack). The answer clears the count of unanswered probes
// (tcp_ack) and begins a new idle time. Neither application sees any of it. It also clears the
// count of probes that were lost before: only consecutive ones end a connection.
#include "scenarios/keepalive/probes.h"

namespace halfopen {
namespace {

// The taps see the answer before TCP does.
void AwaitNoProbeUnanswered(Socket& socket) {
  socket.Await([](const SocketSnapshot& now) { return now.retransmits == 0; },
               "no probe unanswered");
}

auto CountProbesOfALivingConnection(int probes) {
  return testing::AllOf(testing::Contains(testing::Pair("TcpExt.TCPKeepAlive", probes)),
                        testing::Not(testing::Contains(testing::Key("TcpExt.TCPAbortOnTimeout"))),
                        testing::Not(testing::Contains(testing::Key("Tcp.OutRsts"))));
}

SCENARIO(KeepaliveProbe, LivingPeerAnswersEach,
         .verdict =
             "A living peer answers every keepalive probe with an ACK, and neither application "
             "sees any of it.",
         .source = "RFC 9293 3.8.4; tcp_write_wakeup(), tcp_send_dupack()") {
  const Keepalive ka = Times().keepalive;
  const Counters before = CountersOf(ClientHost());
  auto [client, server] = Cause("the client keeps alive") ? Connect(ka) : Connect();
  ASSERT_THAT(client.Snapshot(), ShowsKeepaliveTimer(0));
  PendingCall read = client.StartRecv();

  AwaitPackets(IsServerAck, 2, "answers to probes");
  AwaitNoProbeUnanswered(client);
  EXPECT_THAT(AwaitKeepaliveTimer(client), ShowsKeepaliveTimer(0));
  EXPECT_FALSE(read.Done());
  EXPECT_THAT(server.Send("pong"), Returns(4));
  EXPECT_THAT(read.Wait(), Receives("pong"));

  EXPECT_THAT(CountersOf(ClientHost()).Since(before), CountProbesOfALivingConnection(2));
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

SCENARIO(
    KeepaliveProbe, OneAnswerClearsTheCountOfLostOnes,
    .verdict =
        "Only consecutive unanswered keepalive probes count: one answer begins a new idle time.",
    .source = "tcp(7), TCP_KEEPCNT; tcp_ack(), tcp_keepalive_timer()") {
  const Keepalive ka = Times().keepalive;
  const Counters before = CountersOf(ClientHost());
  auto [client, server] = Connect(ka);
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));
  AwaitPackets(IsClientProbe, 2, "keepalive probes");
  ASSERT_THAT(AwaitKeepaliveTimer(client), ShowsKeepaliveTimer(2));

  dark.Lift();
  AwaitPackets(IsServerAck, 1, "answer to a probe");
  AwaitNoProbeUnanswered(client);
  EXPECT_THAT(AwaitKeepaliveTimer(client), ShowsKeepaliveTimer(0));
  EXPECT_THAT(server.Send("pong"), Returns(4));
  EXPECT_THAT(client.Recv(), Receives("pong"));

  EXPECT_THAT(CountersOf(ClientHost()).Since(before), CountProbesOfALivingConnection(3));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      +idle      client >| server  .   0:0(0) ack 1
      +interval  client >| server  .   0:0(0) ack 1
      +interval  client >  server  .   0:0(0) ack 1
                 server >  client  .   1:1(0) ack 1
                 server >  client  P.  1:5(4) ack 1
                 client >  server  .   1:1(0) ack 5
      quiet 200ms
  )",
                            Bind("idle", ka.idle), Bind("interval", ka.interval)));
}

}  // namespace
}  // namespace halfopen

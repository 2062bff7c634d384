// SPDX-License-Identifier: GPL-2.0-or-later
// SYN on a connection that stands: an old duplicate, a forgery, or a peer that has rebooted and
// begins anew from the same port.
//
// RFC 793 had the receiver reset the connection, which made a SYN as good a weapon as a RST. Since
// RFC 5961 4.2 (RFC 9293 3.10.7.4) it answers with a challenge ACK, whatever the SYN's number. A
// peer that knows nothing of the connection answers that with a RST (RFC 9293 3.5.1, figure 9): so
// the half-open connection goes, and the next SYN finds room.
#include "scenarios/crafted/crafted.h"

namespace halfopen {
namespace {

SCENARIO(CraftedSyn, OnAConnectionIsChallenged,
         .verdict =
             "A SYN on an established connection is answered with a challenge ACK; the "
             "connection stands.",
         .source = "RFC 5961 4.2; tcp_validate_incoming() (net/ipv4/tcp_input.c)",
         .outdated =
             "That a SYN in the window resets a connection has not been so since Linux "
             "3.6.") {
  CraftedPeer server(ServerHost());
  server.Listen();
  Socket client = ConnectedTo(server, ClientHost());
  const Counters before = CountersOf(ClientHost());

  if (Cause("a SYN in the window")) server.Send("server > client S 5000:5000(0)");
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  S  5000:5000(0)
      client > server  .  1:1(0) ack 1
      quiet 200ms
  )"));
  EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);
  EXPECT_THAT(RecvNow(client), FailsWith(EAGAIN));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before),
              Counted({{"TcpExt.TCPSYNChallenge", 1}, {"TcpExt.TCPChallengeACK", 1}}));
}

SCENARIO(CraftedSyn, OldDuplicateIsChallenged,
         .verdict =
             "The connection's own SYN, come a second time, draws a challenge ACK and "
             "changes nothing.",
         .source = "RFC 5961 4.2; RFC 9293 3.10.7.4; tcp_validate_incoming()") {
  CraftedPeer client(ClientHost());
  Socket listener = ServerHost().Listen();
  client.Connect(ServerHost());
  Socket server = listener.Accept();
  const Counters before = CountersOf(ServerHost());

  if (Cause("the SYN comes a second time")) client.Send("client > server S 0:0(0) <mss 1460>");
  client.Send("client > server P. 1:5(4)");
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  S   0:0(0) <mss 1460>
      server > client  .   1:1(0) ack 1
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
      quiet 200ms
  )"));
  EXPECT_EQ(server.Snapshot().state, TcpState::kEstablished);
  EXPECT_THAT(RecvNow(server), Receives("0123"));
  EXPECT_THAT(CountersOf(ServerHost()).Since(before),
              Counted({{"TcpExt.TCPSYNChallenge", 1}, {"TcpExt.TCPChallengeACK", 1}}));
}

ROUTER_SCENARIO(CraftedSyn, OfARebootedPeerEndsTheHalfOpenConnection,
                .verdict =
                    "A rebooted peer that connects from the same port answers the challenge ACK "
                    "with a RST: recv() of the old connection fails with ECONNRESET.",
                .source = "RFC 9293 3.5.1, figure 9; RFC 5961 4.2") {
  CraftedPeer client(ClientHost());
  Socket listener = ServerHost().Listen();
  client.Connect(ServerHost());
  Socket server = listener.Accept();

  if (Cause("the peer has rebooted and connects anew")) {
    client.Send("client > server S 5000:5000(0) <mss 1460>");
    client.Await("server > client . 1:1(0) ack 1");
    client.Send("client > server R 1:1(0)");
  }
  ASSERT_THAT(Wire(), Shows(R"(
      handshake
      client > server  S  5000:5000(0)
      server > client  .  1:1(0) ack 1
      client > server  R  1:1(0)
      quiet 200ms
  )"));
  EXPECT_THAT(RecvNow(server), FailsWith(ECONNRESET));
  EXPECT_EQ(server.Snapshot().state, TcpState::kClose);
}

}  // namespace
}  // namespace halfopen

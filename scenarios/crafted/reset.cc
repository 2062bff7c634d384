// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/craft/crafted_peer.h"
#include "harness/scenario.h"

// RST of a peer whose numbers are not right: a blind attacker's, or an old one.
//
// A RST counts only at RCV.NXT, the very next number that the receiver expects (RFC 5961 3.2; RFC
// 9293 3.10.7.4). Anywhere else in the window it is answered with a challenge ACK, which an honest
// peer answers with a RST that has the right number. Outside the window it is passed over.
namespace halfopen {
namespace {

using testing::Contains;
using testing::Pair;

SCENARIO(ChallengeAck, RstInTheWindowIsChallenged,
         .verdict =
             "A RST in the window, but not at rcv_nxt, is answered with a challenge ACK; the "
             "connection stands.",
         .source = "RFC 5961 3.2; tcp_validate_incoming (net/ipv4/tcp_input.c)") {
  CraftedPeer server(ServerHost());
  server.Listen();
  Socket client = ClientHost().NewSocket();
  ASSERT_THAT(client.Connect(ServerHost()), Succeeds());
  const Counters before = CountersOf(ClientHost());

  if (Cause("a RST in the window, but not at rcv_nxt")) {
    server.Send("server > client R 101:101(0)");
    server.Await("client > server . 1:1(0) ack 1");
  }
  EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  R  101:101(0)
      client > server  .  1:1(0) ack 1
      quiet 200ms
  )"));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), Contains(Pair("TcpExt.TCPChallengeACK", 1)));
}

}  // namespace
}  // namespace halfopen

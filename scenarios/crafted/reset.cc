// SPDX-License-Identifier: GPL-2.0-or-later
// RST whose number is not the next one: a blind attacker's, an old one, that of a peer which is
// further on than we are.
//
// Once any RST in the window ended a connection, and whoever could send a few thousand of them
// could end other people's. Since RFC 5961 3.2 (RFC 9293 3.10.7.4) a RST counts at RCV.NXT alone,
// the very next number that is expected. Elsewhere in the window it is answered with a challenge
// ACK, and a peer that means it answers that with a RST at the right number. Outside the window
// it is passed over. Linux knows two more right numbers, each of a peer that has not seen what it
// should have: see below.
#include "scenarios/crafted/crafted.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Key;
using testing::Not;

SCENARIO(CraftedReset, OutsideTheWindowIsIgnored,
         .verdict =
             "A RST outside the receive window is passed over: no answer, no error, and "
             "data goes on as before.",
         .source = "RFC 9293 3.10.7.4; tcp_sequence() (net/ipv4/tcp_input.c)") {
  CraftedPeer server(ServerHost());
  server.Listen();
  Socket client = ConnectedTo(server, ClientHost());
  const Counters before = CountersOf(ClientHost());

  if (Cause("RSTs outside the window")) {
    server.Send(R"(
        server > client  R  4294967295:4294967295(0)
        server > client  R  70001:70001(0)
    )");
  }
  server.Send("server > client P. 1:5(4)");
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  R   4294967295:4294967295(0)
      server > client  R   70001:70001(0)
      server > client  P.  1:5(4) ack 1
      client > server  .   1:1(0) ack 5
      quiet 200ms
  )"));
  EXPECT_THAT(RecvNow(client), Receives("0123"));
  EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);
  EXPECT_THAT(CountersOf(ClientHost()).Since(before),
              AllOf(Contains(Key("Tcp.InSegs")), Not(Contains(Key("TcpExt.TCPChallengeACK")))));
}

SCENARIO(CraftedReset, InTheWindowIsChallenged,
         .verdict =
             "A RST in the window, but not at rcv_nxt, is answered with a challenge ACK; "
             "the connection stands.",
         .source = "RFC 5961 3.2; tcp_validate_incoming() (net/ipv4/tcp_input.c)",
         .outdated =
             "That a RST anywhere in the window ends a connection has not been so since "
             "Linux 3.6.") {
  CraftedPeer server(ServerHost());
  server.Listen();
  Socket client = ConnectedTo(server, ClientHost());
  const Counters before = CountersOf(ClientHost());

  if (Cause("a RST in the window, but not at rcv_nxt")) {
    server.Send("server > client R 101:101(0)");
  }
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  R  101:101(0)
      client > server  .  1:1(0) ack 1
      quiet 200ms
  )"));
  EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);
  EXPECT_THAT(RecvNow(client), FailsWith(EAGAIN));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), Counted({{"TcpExt.TCPChallengeACK", 1}}));
}

SCENARIO(CraftedReset, AnswerToTheChallengeResets,
         .verdict =
             "The peer that means its RST answers the challenge ACK with one at the right "
             "number: recv() fails with ECONNRESET.",
         .source = "RFC 5961 3.2; tcp_reset()") {
  CraftedPeer server(ServerHost());
  server.Listen();
  Socket client = ConnectedTo(server, ClientHost());
  const Counters before = CountersOf(ClientHost());
  PendingCall read = client.StartRecv();

  if (Cause("a peer that is 100 bytes further on resets")) {
    server.Send("server > client R 101:101(0)");
    server.Await("client > server . 1:1(0) ack 1");
    EXPECT_FALSE(read.Done());
    server.Send("server > client R 1:1(0)");
  }
  ASSERT_THAT(Wire(), Shows(R"(
      handshake
      server > client  R  101:101(0)
      client > server  .  1:1(0) ack 1
      server > client  R  1:1(0)
      quiet 200ms
  )"));
  EXPECT_THAT(read.Wait(), FailsWith(ECONNRESET));
  EXPECT_EQ(client.Snapshot().state, TcpState::kClose);
  EXPECT_THAT(CountersOf(ClientHost()).Since(before),
              Counted({{"TcpExt.TCPChallengeACK", 1}, {"Tcp.EstabResets", 1}}));
}

SCENARIO(CraftedReset, AtTheNextNumberResets,
         .verdict =
             "A RST at rcv_nxt ends the connection without an answer: a blocked recv() "
             "fails with ECONNRESET at once.",
         .source = "RFC 9293 3.10.7.4; tcp_reset()") {
  CraftedPeer server(ServerHost());
  server.Listen();
  Socket client = ConnectedTo(server, ClientHost());
  const Counters before = CountersOf(ClientHost());
  PendingCall read = client.StartRecv();

  if (Cause("a RST at rcv_nxt")) server.Send("server > client R 1:1(0)");
  ASSERT_THAT(Wire(), Shows(R"(
      handshake
      server > client  R  1:1(0)
      quiet 200ms
  )"));
  EXPECT_THAT(read.Wait(), FailsWith(ECONNRESET));
  EXPECT_EQ(client.Snapshot().state, TcpState::kClose);
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), Counted({{"Tcp.EstabResets", 1}}));
}

// A peer whose segments were lost on the way is further on than rcv_nxt. What SACK told it that
// arrived is a number that no blind attacker knows.
SCENARIO(CraftedReset, BehindTheLastSackBlockResets,
         .verdict =
             "With SACK a RST right behind the data that came last out of order counts too: "
             "ECONNRESET without a challenge.",
         .source = "tcp_validate_incoming() (net/ipv4/tcp_input.c)") {
  CraftedPeer server(ServerHost());
  server.Listen("<mss 1460,sackOK>");
  Socket client = ConnectedTo(server, ClientHost());
  PendingCall read = client.StartRecv();

  server.Send("server > client P. 101:111(10)");
  server.Await("client > server . 1:1(0) ack 1 <sack 101:111>");
  if (Cause("a RST behind the data that came out of order")) {
    server.Send("server > client R 111:111(0)");
  }
  ASSERT_THAT(Wire(), Shows(R"(
      handshake
      server > client  P.  101:111(10) ack 1
      client > server  .   1:1(0) ack 1 <sack 101:111>
      server > client  R   111:111(0)
      quiet 200ms
  )"));
  EXPECT_THAT(read.Wait(), FailsWith(ECONNRESET));
  EXPECT_EQ(client.Snapshot().state, TcpState::kClose);
}

// Some stacks (macOS) count the FIN only once it is acknowledged.
SCENARIO(CraftedReset, AtTheNumberOfTheFinResets,
         .verdict =
             "After a FIN a RST with the FIN's own number counts too; the socket was in "
             "CLOSE-WAIT, so send() fails with EPIPE.",
         .source = "tcp_reset_check(), tcp_reset() (net/ipv4/tcp_input.c)") {
  CraftedPeer server(ServerHost());
  server.Listen();
  Socket client = ConnectedTo(server, ClientHost());

  server.Send("server > client F. 1:1(0)");
  server.Await("client > server . 1:1(0) ack 2");
  ASSERT_EQ(client.Snapshot().state, TcpState::kCloseWait);
  if (Cause("a RST with the FIN's number")) server.Send("server > client R 1:1(0)");
  ASSERT_THAT(Wire(), Shows(R"(
      handshake
      server > client  F.  1:1(0) ack 1
      client > server  .   1:1(0) ack 2
      server > client  R   1:1(0)
      quiet 200ms
  )"));
  EXPECT_EQ(client.Snapshot().state, TcpState::kClose);
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));
}

SCENARIO(CraftedReset, ChallengesAreHalfASecondApart,
         .verdict =
             "A socket sends one challenge ACK in half a second: what else should have "
             "drawn one is only counted.",
         .source = "ip-sysctl.rst, tcp_invalid_ratelimit (500); tcp_send_challenge_ack()") {
  CraftedPeer server(ServerHost());
  server.Listen();
  Socket client = ConnectedTo(server, ClientHost());
  const Counters before = CountersOf(ClientHost());

  if (Cause("RSTs in the window, one after the other")) {
    server.Send("server > client R 101:101(0)");
    server.Await("client > server . 1:1(0) ack 1");
    server.Send("server > client R 101:101(0) *2");
  }
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  R  101:101(0)
      client > server  .  1:1(0) ack 1
      server > client  R  101:101(0) *2
      quiet 500ms
  )"));
  server.Send("server > client R 101:101(0)");
  server.Await("client > server . 1:1(0) ack 1");
  EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);
  EXPECT_THAT(CountersOf(ClientHost()).Since(before),
              Counted({{"TcpExt.TCPChallengeACK", 2}, {"TcpExt.TCPACKSkippedChallenge", 2}}));
}

}  // namespace
}  // namespace halfopen

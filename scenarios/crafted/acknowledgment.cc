// SPDX-License-Identifier: GPL-2.0-or-later
// Segments whose acknowledgment, or whose flags, cannot be: ACK of data that was never sent, ACK
// of long ago, no ACK at all.
//
// Data counts only together with an acceptable acknowledgment, or a blind attacker could slip bytes
// into other people's connections (RFC 5961 5). RFC 9293 3.10.7.4 has an ACK of what was never sent
// answered with an ACK; on an established connection Linux long discarded it without a word.
#include "scenarios/crafted/crafted.h"

namespace halfopen {
namespace {

const Deviation kChallengesUnsentAck = Known(
    {.since = {"7.1", "7.0.10", "6.18.33"},
     .reason = "an ACK of data never sent draws a challenge ACK on an established connection too",
     .source = "commit 42726ec644cb; RFC 5961 5.2"});

SCENARIO(CraftedAck, OfDataNeverSentLosesTheData,
         .verdict =
             "A segment that acknowledges data never sent is discarded with its data; only "
             "kernels of 2026 answer it with a challenge ACK.",
         .source = "RFC 9293 3.10.7.4; RFC 5961 5.2; tcp_ack() (net/ipv4/tcp_input.c)",
         .outdated = "The RFCs always had it answered with an ACK; Linux was silent until 7.1.") {
  CraftedPeer server(ServerHost());
  server.Listen();
  Socket client = ConnectedTo(server, ClientHost());
  const Counters before = CountersOf(ClientHost());

  if (Cause("data that acknowledges what was never sent")) {
    server.Send("server > client P. 1:5(4) ack 101");
  }
  const int challenges = Differs(kChallengesUnsentAck) ? 1 : 0;
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  P.  1:5(4) ack 101
      client > server  .   1:1(0) ack 1 *challenges
      quiet 200ms
  )",
                            Bind("challenges", challenges)));
  EXPECT_THAT(RecvNow(client), FailsWith(EAGAIN));
  const Counters after = CountersOf(ClientHost());
  EXPECT_EQ(after.Get("TCPChallengeACK") - before.Get("TCPChallengeACK"), challenges);

  server.Send("server > client P. 1:5(4) ack 1");
  server.Await("client > server . 1:1(0) ack 5");
  EXPECT_THAT(RecvNow(client), Receives("0123"));
}

SCENARIO(CraftedAck, OfDataNeverSentIsChallengedAfterShutdown,
         .verdict =
             "Once this end has sent its FIN, an ACK of data never sent draws a challenge "
             "ACK.",
         .source = "RFC 9293 3.10.7.4; tcp_rcv_state_process() (net/ipv4/tcp_input.c)") {
  CraftedPeer server(ServerHost());
  server.Listen();
  Socket client = ConnectedTo(server, ClientHost());
  EXPECT_THAT(client.Shutdown(SHUT_WR), Succeeds());
  server.Await("client > server F. 1:1(0) ack 1");
  server.Send("server > client . 1:1(0) ack 2");
  client.Await(TcpState::kFinWait2);
  const Counters before = CountersOf(ClientHost());

  if (Cause("an ACK of what was never sent")) server.Send("server > client . 1:1(0) ack 101");
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  F.  1:1(0) ack 1
      server > client  .   1:1(0) ack 2
      server > client  .   1:1(0) ack 101
      client > server  .   2:2(0) ack 1
      quiet 200ms
  )"));
  EXPECT_EQ(client.Snapshot().state, TcpState::kFinWait2);
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), Counted({{"TcpExt.TCPChallengeACK", 1}}));
}

SCENARIO(CraftedAck, OfBeforeTheConnectionIsChallenged,
         .verdict =
             "An ACK older than anything that this connection ever sent draws a challenge "
             "ACK, and its data is discarded.",
         .source = "RFC 5961 5.2; tcp_ack(); commit 3d501dd326fb (Linux 6.7 and stable)") {
  CraftedPeer server(ServerHost());
  server.Listen();
  Socket client = ConnectedTo(server, ClientHost());
  EXPECT_THAT(client.Send("ping"), Returns(4));
  server.Await("client > server P. 1:5(4) ack 1");
  server.Send("server > client . 1:1(0) ack 5");
  const Counters before = CountersOf(ClientHost());

  if (Cause("data with an ACK of before the connection")) {
    server.Send("server > client P. 1:5(4) ack 4294967295");
  }
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
      server > client  P.  1:5(4) ack 4294967295
      client > server  .   5:5(0) ack 1
      quiet 200ms
  )"));
  EXPECT_THAT(RecvNow(client), FailsWith(EAGAIN));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), Counted({{"TcpExt.TCPChallengeACK", 1}}));
}

SCENARIO(CraftedAck, MissingFlagLosesTheData,
         .verdict = "Data without the ACK flag is discarded without an answer.",
         .source = "RFC 9293 3.10.7.4; tcp_rcv_established() (net/ipv4/tcp_input.c)") {
  CraftedPeer server(ServerHost());
  server.Listen();
  Socket client = ConnectedTo(server, ClientHost());

  if (Cause("data without the ACK flag")) {
    server.Send(R"(
        server > client  P     1:5(4)
        server > client  none  1:5(4)
    )");
  }
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  P     1:5(4)
      server > client  none  1:5(4)
      quiet 200ms
  )"));
  EXPECT_THAT(RecvNow(client), FailsWith(EAGAIN));
  EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);
}

}  // namespace
}  // namespace halfopen

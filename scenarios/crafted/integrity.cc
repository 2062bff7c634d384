// SPDX-License-Identifier: GPL-2.0-or-later
// Segments that are damaged, or older than what came last: a wrong checksum, an old timestamp.
//
// A damaged segment is dropped before TCP looks at it, so nobody answers: only counters tell, and
// the peer's retransmission mends it. A segment whose timestamp is older than the last one's is an
// old duplicate, even if its numbers fit once more after they have wrapped (PAWS, RFC 7323 5): it
// is dropped and answered with an ACK. A RST is exempt.
#include "scenarios/crafted/crafted.h"

namespace halfopen {
namespace {

constexpr CraftedOptions kWithTimestamps = "<mss 1440,TS>";

SCENARIO(CraftedDamage, WrongChecksumIsDroppedSilently,
         .verdict =
             "A segment with a wrong checksum is dropped without an answer and counted; "
             "the same data with the right one is received.",
         .source = "RFC 9293 3.1; tcp_v4_rcv(), snmp_counter.rst (TcpInCsumErrors)") {
  CraftedPeer server(ServerHost());
  server.Listen();
  Socket client = ConnectedTo(server, ClientHost());
  const Counters before = CountersOf(ClientHost());

  if (Cause("a damaged segment")) {
    server.Send("server > client P. 1:5(4)", Checksum::kWrong);
  }
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  P.  1:5(4) ack 1
      quiet 200ms
  )"));
  EXPECT_THAT(RecvNow(client), FailsWith(EAGAIN));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before),
              Counted({{"Tcp.InCsumErrors", 1}, {"Tcp.InErrs", 1}}));
  server.Send("server > client P. 1:5(4)");
  server.Await("client > server . 1:1(0) ack 5");
  EXPECT_THAT(RecvNow(client), Receives("0123"));
}

SCENARIO(CraftedTimestamp, OldOneLosesTheData,
         .verdict =
             "Data with an older timestamp than the last one's is dropped as an old "
             "duplicate and answered with an ACK (PAWS).",
         .source = "RFC 7323 5.3; tcp_validate_incoming(), snmp_counter.rst (PAWSEstab)") {
  CraftedPeer server(ServerHost());
  server.Listen(kWithTimestamps);
  Socket client = ConnectedTo(server, ClientHost());
  const Counters before = CountersOf(ClientHost());

  if (Cause("data with an old timestamp")) {
    server.Send("server > client P. 1:5(4) <TS val 1 ecr 0>");
  }
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  P.  1:5(4) ack 1 <TS val 1 ecr 0>
      client > server  .   1:1(0) ack 1 <TS>
      quiet 200ms
  )"));
  EXPECT_THAT(RecvNow(client), FailsWith(EAGAIN));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), Counted({{"TcpExt.PAWSEstab", 1}}));
  server.Send("server > client P. 1:5(4)");
  server.Await("client > server . 1:1(0) ack 5 <TS>");
  EXPECT_THAT(RecvNow(client), Receives("0123"));
}

SCENARIO(CraftedTimestamp, OldOneOfAResetDoesNotMatter,
         .verdict = "A RST counts whatever its timestamp: recv() fails with ECONNRESET.",
         .source = "RFC 7323 5.2, 5.3; tcp_validate_incoming()") {
  CraftedPeer server(ServerHost());
  server.Listen(kWithTimestamps);
  Socket client = ConnectedTo(server, ClientHost());

  if (Cause("a RST with an old timestamp")) {
    server.Send("server > client R 1:1(0) <TS val 1 ecr 0>");
  }
  ASSERT_THAT(Wire(), Shows(R"(
      handshake
      server > client  R  1:1(0) <TS val 1 ecr 0>
      quiet 200ms
  )"));
  EXPECT_THAT(RecvNow(client), FailsWith(ECONNRESET));
  EXPECT_EQ(client.Snapshot().state, TcpState::kClose);
}

// The option is not to go missing once both SYNs had it; Linux lets such a segment in.
SCENARIO(CraftedTimestamp, MissingOneIsForgiven,
         .verdict =
             "Data without a timestamp is received even where both ends agreed on "
             "timestamps.",
         .source = "RFC 7323 3.2 (which would drop it); tcp_validate_incoming()",
         .outdated =
             "RFC 7323 3.2 has a segment without the agreed timestamp dropped; Linux takes "
             "it.") {
  CraftedPeer server(ServerHost());
  server.Listen(kWithTimestamps);
  Socket client = ConnectedTo(server, ClientHost());

  if (Cause("data without a timestamp")) server.Send("server > client P. 1:5(4) <>");
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  P.  1:5(4) ack 1 <>
      client > server  .   1:1(0) ack 5 <TS>
      quiet 200ms
  )"));
  EXPECT_THAT(RecvNow(client), Receives("0123"));
}

// Numbers count modulo 2^32 (RFC 9293 3.4), and every connection of 4 GB comes to that.
SCENARIO(CraftedSequence, WrapsAround,
         .verdict = "Data whose sequence numbers wrap around 2^32 is received like any other.",
         .source = "RFC 9293 3.4; before(), after() (include/net/tcp.h)") {
  CraftedPeer server(ServerHost());
  if (Cause("the numbers are about to wrap")) server.set_initial_sequence(4294967290);
  server.Listen();
  Socket client = ConnectedTo(server, ClientHost());
  server.Send(R"(
      server > client  P.  1:11(10)
      server > client  P.  11:21(10)
  )");
  server.Await("client > server . 1:1(0) ack 21");
  EXPECT_THAT(RecvNow(client), Receives("01234567890123456789"));
  EXPECT_THAT(Wire().SentBy("server"), Shows(R"(
      server > client  S.  0:0(0) ack 1
      server > client  P.  1:11(10) ack 1
      server > client  P.  11:21(10) ack 1
      quiet 200ms
  )"));
  const std::vector<WirePacket> sent = Wire().SentBy("server").Packets();
  EXPECT_LT(sent.back().packet.sequence, sent.front().packet.sequence);
}

}  // namespace
}  // namespace halfopen

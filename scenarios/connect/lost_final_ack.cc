// SPDX-License-Identifier: GPL-2.0-or-later
// The last ACK of the handshake is lost: one end is connected, the other is not.
//
// The client is ESTABLISHED with the SYN-ACK, and connect() has returned; the server holds a
// request in SYN-RECV (RFC 9293 3.5) that accept() does not see. It sends the SYN-ACK again after
// 1 s, doubled, tcp_synack_retries times (reqsk_timer_handler). The client answers each as a SYN in
// an established connection, with a challenge ACK (RFC 5961 4.2), and any ACK completes the
// handshake, that of the first data as well (tcp_check_req): a client that speaks first never
// notices. Once the retries are over the server has forgotten it, and data draws a RST.
#include "scenarios/handshake.h"

namespace halfopen {
namespace {

using namespace handshake;  // NOLINT: the words of these stories
using testing::Contains;
using testing::IsSupersetOf;
using testing::Pair;

// Both ends after connect() has returned.
void ExpectHalfDone(Socket& client, Socket& listener) {
  EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);
  EXPECT_EQ(client.Snapshot().timer, TimerKind::kOff);
  const SocketSnapshot request = ServersView(listener.host(), client);
  ASSERT_EQ(request.state, TcpState::kSynRecv);
  EXPECT_EQ(request.timer, TimerKind::kOn);
  EXPECT_EQ(listener.Snapshot().receive_queue, 0u);
}

SCENARIO(LostFinalAck, RepeatedSynAckCompletesTheHandshake,
         .verdict =
             "connect() has returned while the server is still in SYN-RECV; accept() returns "
             "when the SYN-ACK has come again, a second later.",
         .source = "RFC 9293 3.5, RFC 5961 4.2; reqsk_timer_handler(), tcp_check_req()") {
  Socket listener = ServerHost().Listen();
  Socket client = ClientHost().NewSocket();
  const Counters client_before = CountersOf(ClientHost());
  const Counters server_before = CountersOf(ServerHost());
  const std::vector<Duration> interval = {SynAckIntervals(1)[0]};
  Fault lost = ServerHost().Drop(AckToServer().First(1));

  const Call connected = client.Connect(ServerHost());
  EXPECT_THAT(connected, Returns(0).AtOnce());
  ASSERT_NO_FATAL_FAILURE(ExpectHalfDone(client, listener));
  Socket server = listener.Accept();
  EXPECT_THAT(server.origin(), Succeeds().After(interval).Since(connected.begin));

  EXPECT_EQ(server.Snapshot().state, TcpState::kEstablished);
  EXPECT_THAT(CountersOf(ClientHost()).Since(client_before),
              IsSupersetOf({Pair("TcpExt.TCPSYNChallenge", 1), Pair("TcpExt.TCPChallengeACK", 1)}));
  EXPECT_THAT(CountersOf(ServerHost()).Since(server_before),
              IsSupersetOf({Pair("TcpExt.TCPTimeouts", 1), Pair("TcpExt.TCPSynRetrans", 1),
                            Pair("Tcp.RetransSegs", 1), Pair("Tcp.PassiveOpens", 1)}));
  EXPECT_THAT(Wire(), Shows(R"(
                 client >  server  S   0:0(0)
                 server >  client  S.  0:0(0) ack 1
                 client >| server  .   1:1(0) ack 1
      +interval  server >  client  S.  0:0(0) ack 1
                 client >  server  .   1:1(0) ack 1
      quiet 200ms
  )",
                            Bind("interval", interval)));
}

SCENARIO(LostFinalAck, DataCompletesTheHandshake,
         .verdict =
             "A client that speaks first never notices: the ACK of its data completes the "
             "handshake, and accept() returns at once.",
         .source = "RFC 9293 3.10.7.4; tcp_check_req()") {
  Socket listener = ServerHost().Listen();
  Socket client = ClientHost().NewSocket();
  const Counters before = CountersOf(ServerHost());
  Fault lost = ServerHost().Drop(AckToServer().First(1));
  EXPECT_THAT(client.Connect(ServerHost()), Returns(0).AtOnce());
  ASSERT_NO_FATAL_FAILURE(ExpectHalfDone(client, listener));

  ASSERT_THAT(client.Send("ping"), Returns(4));
  Socket server = listener.Accept();
  EXPECT_THAT(server.origin(), Succeeds().AtOnce());
  EXPECT_THAT(server.Recv(), Receives("ping"));

  EXPECT_THAT(CountersOf(ServerHost()).Since(before), Contains(Pair("Tcp.PassiveOpens", 1)));
  EXPECT_THAT(Wire(), Shows(R"(
      client >  server  S   0:0(0)
      server >  client  S.  0:0(0) ack 1
      client >| server  .   1:1(0) ack 1
      client >  server  P.  1:5(4) ack 1
      server >  client  .   1:1(0) ack 5
      quiet 1200ms
  )"));
}

SCENARIO(LostFinalAck, DataAfterTheLastSynAckIsReset,
         .verdict =
             "When the server's SYN-ACKs have run out the request is gone without a word: the "
             "client's first data draws a RST, ECONNRESET once, then EPIPE.",
         .source = "ip-sysctl.rst, tcp_synack_retries; RFC 9293 3.10.7.1; reqsk_timer_handler()") {
  const int retries = profile() == Profile::kFast ? 1 : Times().synack_retries;
  ServerHost().sysctls().Set("net.ipv4.tcp_synack_retries", retries);
  Socket listener = ServerHost().Listen();
  Socket client = ClientHost().NewSocket();
  const auto schedule = SynAckIntervals(retries);
  const Counters before = CountersOf(ServerHost());
  Fault lost = ServerHost().Drop(AckToServer());

  const Call connected = client.Connect(ServerHost());
  EXPECT_THAT(connected, Returns(0).AtOnce());
  ASSERT_NO_FATAL_FAILURE(ExpectHalfDone(client, listener));
  ExpectRequestForgottenAfter(schedule, connected, ServerHost(), client);
  EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);
  lost.Lift();
  EXPECT_THAT(client.Send("ping"), Returns(4));
  client.Await(TcpState::kClose);
  EXPECT_THAT(client.Send("ping"), FailsWith(ECONNRESET));
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));

  EXPECT_THAT(CountersOf(ServerHost()).Since(before),
              IsSupersetOf({Pair("TcpExt.TCPTimeouts", retries + 1),
                            Pair("TcpExt.TCPSynRetrans", retries), Pair("Tcp.OutRsts", 1)}));
  EXPECT_THAT(Wire().SentBy("server"),
              Shows(R"(
                server > client  S.  0:0(0) ack 1
      +backoff  server > client  S.  0:0(0) ack 1  *retries
                server > client  R   1:1(0)
      quiet 200ms
  )",
                    Bind("backoff", WithoutLast(schedule)), Bind("retries", retries)));
  EXPECT_THAT(Wire().SentBy("client"), Shows(R"(
      client >  server  S   0:0(0)
      client >| server  .   1:1(0) ack 1  *acks
      client >  server  P.  1:5(4) ack 1
  )",
                                             Bind("acks", retries + 1)));
}

// tcp(7) speaks of SYNs alone; on a listener the option counts its SYN-ACKs.
SCENARIO(LostFinalAck, SynCountOfTheListenerTakesThePlaceOfSynackRetries,
         .verdict =
             "TCP_SYNCNT on a listener limits its SYN-ACKs: it takes the place of "
             "tcp_synack_retries for the listener's requests.",
         .source = "reqsk_timer_handler() (icsk_syn_retries); tcp(7), TCP_SYNCNT") {
  Socket listener = ServerHost().Listen();
  Socket client = ClientHost().NewSocket();
  const auto schedule = SynAckIntervals(1);
  Fault lost = ServerHost().Drop(AckToServer());
  if (Cause("TCP_SYNCNT on the listener")) listener.Set(SynCount{1});

  const Call connected = client.Connect(ServerHost());
  ASSERT_NO_FATAL_FAILURE(ExpectHalfDone(client, listener));
  ExpectRequestForgottenAfter(schedule, connected, ServerHost(), client);
  EXPECT_THAT(Wire(), Shows(R"(
                 client >  server  S   0:0(0)
                 server >  client  S.  0:0(0) ack 1
                 client >| server  .   1:1(0) ack 1
      +interval  server >  client  S.  0:0(0) ack 1
                 client >| server  .   1:1(0) ack 1
      quiet 200ms
  )",
                            Bind("interval", schedule[0])));
}

}  // namespace
}  // namespace halfopen

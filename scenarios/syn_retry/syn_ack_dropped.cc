// SPDX-License-Identifier: GPL-2.0-or-later
// SYN-ACK dropped: the server hears the client, the client does not hear the server.
//
// For the client it is as if the SYN were lost: it sends it again and fails with ETIMEDOUT. The
// server has a half-open connection, a request in SYN-RECV, whose SYN-ACK it sends again both by
// its own timer (1 s, doubled, tcp_synack_retries times; reqsk_timer_handler in
// net/ipv4/inet_connection_sock.c) and in answer to each SYN (tcp_check_req). The two hosts' timers
// run side by side, so each side's packets are judged by themselves.
#include <functional>

#include "scenarios/syn_retry/syn_retry.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::Each;
using testing::Field;
using testing::Ge;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::Pair;
using testing::SizeIs;

SCENARIO(SynRetry, DroppedSynAckTimesOutTheClient,
         .verdict =
             "With its SYN-ACKs dropped the client sends SYNs until ETIMEDOUT, and the server "
             "answers each and sends SYN-ACKs by its own timer.",
         .source = "tcp_check_req(), reqsk_timer_handler()") {
  Socket listener = ServerHost().Listen();
  Socket client = ClientHost().NewSocket();
  const auto schedule = SynSchedule();
  Fault deaf = ClientHost().Drop(SynAckFrom80());

  PendingCall connecting = client.StartConnect(ServerHost());
  ASSERT_EQ(client.Snapshot().state, TcpState::kSynSent);
  const auto request = ServerHost().Diagnose(client.remote(), client.local());
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->state, TcpState::kSynRecv);
  EXPECT_EQ(request->timer, TimerKind::kOn);
  EXPECT_THAT(connecting.Wait(), FailsWith(ETIMEDOUT).After(schedule));

  EXPECT_THAT(Wire().SentBy("client"), Shows(R"(
                client > server  S  0:0(0)
      +backoff  client > server  S  0:0(0)  *more
  )",
                                             Backoff(schedule), More(schedule)));
  EXPECT_THAT(
      Wire().SentBy("server").Packets(),
      AllOf(SizeIs(Ge(schedule.size())),
            Each(AllOf(Field(&WirePacket::sequence, 0), Field(&WirePacket::acknowledgment, 1),
                       Field(&WirePacket::fault, Not(IsEmpty()))))));
}

// The client closes its socket while it is still connecting, which it tells nobody: what follows is
// the server's schedule alone, 1 s doubled, and then it forgets the request without a word.
SCENARIO(SynRetry, ServerSendsTheSynAckAgainUntilItForgetsTheRequest,
         .verdict =
             "A server sends its SYN-ACK again after 1, 2, 4, ... s, tcp_synack_retries times, and "
             "then forgets the request silently.",
         .source = "ip-sysctl.rst, tcp_synack_retries; reqsk_timer_handler()") {
  Socket listener = ServerHost().Listen();
  Socket client = ClientHost().NewSocket();
  const Counters before = CountersOf(ServerHost());
  const int retries = Times().synack_retries;
  const auto schedule = Timers::SynBackoff(retries, 0);
  Fault deaf = ClientHost().Drop(SynAckFrom80());
  client.SetNonBlocking();
  const Call asked = client.Connect(ServerHost());
  EXPECT_THAT(asked, FailsWith(EINPROGRESS));
  const Endpoint local = client.remote();
  const Endpoint remote = client.local();
  const auto await = [&](const auto& holds, const char* what) {
    return ServerHost().AwaitConnection(local, remote, holds, what);
  };

  TimePoint last_seen = asked.end;
  const auto is_there = [&](const auto& now) {
    if (now.state != TcpState::kClose) last_seen = now.time;
    return now.state != TcpState::kClose;
  };
  ASSERT_EQ(await(is_there, "a request").state, TcpState::kSynRecv);
  client.Close();
  for (unsigned sent = 1; sent < schedule.size(); ++sent) {
    const auto is_sent = [=](const auto& now) { return now.retransmits == sent || !is_there(now); };
    const SocketSnapshot waiting = await(is_sent, "a retransmission");
    ASSERT_EQ(waiting.state, TcpState::kSynRecv);
    EXPECT_EQ(waiting.timer, TimerKind::kOn);
  }
  const SocketSnapshot gone = await(std::not_fn(is_there), "no request");

  EXPECT_TRUE(InTime("the request is forgotten", schedule, {asked.begin, asked.end},
                     {last_seen, gone.time}));
  // The timer that finds the retries used up counts too, and sends nothing (tcp_syn_ack_timeout).
  EXPECT_THAT(
      CountersOf(ServerHost()).Since(before),
      IsSupersetOf({Pair("TcpExt.TCPTimeouts", retries + 1), Pair("TcpExt.TCPSynRetrans", retries),
                    Pair("Tcp.RetransSegs", retries)}));
  EXPECT_THAT(Wire(), Shows(R"(
                client >  server  S   0:0(0)
                server >| client  S.  0:0(0) ack 1
      +backoff  server >| client  S.  0:0(0) ack 1  *more
      quiet 200ms
  )",
                            Backoff(schedule), More(schedule)));
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// Backlog overflow, the last ACK: the accept queue fills up while a handshake is on its way.
//
// The client has its SYN-ACK, so it is ESTABLISHED and connect() has returned. Its last ACK finds
// no room and is ignored (tcp_v4_syn_recv_sock fails, tcp_check_req in net/ipv4/tcp_minisocks.c
// forgets the ACK): the server stays in SYN-RECV. It sends the SYN-ACK again by its own backoff,
// which the client answers with another ACK (RFC 9293 3.10.7.4, a challenge ACK), and any ACK that
// finds room completes the connection, one that carries data too. Each one ignored, data as well,
// is one ListenOverflows and one ListenDrops.
//
// Here the first ACK of "late" is lost on the way, and two others take the room meanwhile.
// tcp_syncookies plays no part: the SYN queue itself is never full.
#include "harness/expect/duration_text.h"
#include "harness/expect/window.h"
#include "scenarios/backlog/backlog.h"

namespace halfopen::backlog {
namespace {

using testing::Contains;
using testing::Truly;

SCENARIO(BacklogOverflow, FinalAckIsIgnoredWhileTheClientIsEstablished,
         .verdict =
             "A last ACK that finds the accept queue full is ignored: connect() has returned, the "
             "server stays in SYN-RECV and sends its SYN-ACK again.",
         .source = "tcp_check_req(), tcp_v4_syn_recv_sock(); RFC 9293 3.10.7.4") {
  Socket listener = ServerHost().Listen(1);
  const Counters before = CountersOf(ServerHost());
  Fault lost = ServerHost().Drop(AckToServer().First(1));
  Socket late = ClientHost().NewSocket("late");
  EXPECT_THAT(late.Connect(ServerHost()), Returns(0));
  ASSERT_EQ(ServersView(ServerHost(), late).state, TcpState::kSynRecv);
  std::vector<Socket> waiting;
  if (Cause("nobody accepts two clients")) waiting = Fill(ClientHost(), listener, 2);
  ASSERT_THAT(listener.Snapshot(), AcceptQueueIs(2, 1));

  AwaitIgnored(listener, before, 1);
  EXPECT_EQ(late.Snapshot().state, TcpState::kEstablished);
  const SocketSnapshot request = ServersView(ServerHost(), late);
  EXPECT_EQ(request.state, TcpState::kSynRecv);
  EXPECT_EQ(request.timer, TimerKind::kOn);
  EXPECT_EQ(request.retransmits, 1u);
  Socket accepted = listener.Accept();
  AwaitWaiting(listener, 2);

  EXPECT_EQ(ServersView(ServerHost(), late).state, TcpState::kEstablished);
  EXPECT_THAT(Wire(late),
              Shows(R"(
               late   >  server  S   0:0(0)
               server >  late    S.  0:0(0) ack 1
               late   >| server  .   1:1(0) ack 1
      +second  server >  late    S.  0:0(0) ack 1
               late   >  server  .   1:1(0) ack 1    // no room
      +third   server >  late    S.  0:0(0) ack 1
               late   >  server  .   1:1(0) ack 1
      quiet 200ms
  )",
                    Bind("second", SynAckIntervals(1)[0]), Bind("third", SynAckIntervals(1)[1])));
  EXPECT_THAT(Wire(late).Packets(), Contains(Truly(IsSynAck)).Times(2 + 1));
  EXPECT_THAT(Counted(ServerHost(), before), Ignored(1));
}

// The client's data meets the full queue again and again: a tail loss probe (RFC 8985 7) and then
// the retransmission timer send it, both 200 ms and a round trip after its first transmission and
// the probe (TCP_RTO_MIN; RFC 6298 asks for 1 s). send() has long returned.
SCENARIO(BacklogOverflow, DataIsIgnoredAndItsRetransmissionCompletesTheConnection,
         .verdict =
             "The connected client's data is ignored while the accept queue is full; send() "
             "returned long ago, and a retransmission completes the connection.",
         .source = "tcp_check_req(); RFC 8985 7") {
  Socket listener = ServerHost().Listen(1);
  const Counters before = CountersOf(ServerHost());
  Fault lost = ServerHost().Drop(AckToServer().First(1));
  Socket late = ClientHost().NewSocket("late");
  EXPECT_THAT(late.Connect(ServerHost()), Returns(0));
  ASSERT_EQ(ServersView(ServerHost(), late).state, TcpState::kSynRecv);
  std::vector<Socket> waiting;
  if (Cause("nobody accepts two clients")) waiting = Fill(ClientHost(), listener, 2);
  ASSERT_THAT(listener.Snapshot(), AcceptQueueIs(2, 1));

  EXPECT_THAT(late.Send("ping"), Returns(4));
  AwaitIgnored(listener, before, 2);
  EXPECT_EQ(ServersView(ServerHost(), late).state, TcpState::kSynRecv);
  EXPECT_EQ(late.Snapshot().send_queue, 4u);
  Socket first = listener.Accept(), second = listener.Accept(), third = listener.Accept();

  EXPECT_EQ(third.remote(), late.local());
  EXPECT_THAT(third.Recv(), Receives("ping"));
  EXPECT_THAT(Wire(late), Shows(R"(
            late   >  server  S   0:0(0)
            server >  late    S.  0:0(0) ack 1
            late   >| server  .   1:1(0) ack 1
            late   >  server  P.  1:5(4) ack 1       // no room
      +rto  late   >  server  P.  1:5(4) ack 1       // no room
      +rto  late   >  server  P.  1:5(4) ack 1
            server >  late    .   1:1(0) ack 5
      quiet 200ms
  )",
                                Bind("rto", FirstRto(Wire(late)))));
  EXPECT_THAT(Counted(ServerHost(), before), Ignored(2));
}

// A handshake whose last ACK is lost once and then ignored once for each repeated SYN-ACK.
Script SynAcksIgnored(int retries) {
  std::string script = R"(
      late   >  server  S   0:0(0)
      server >  late    S.  0:0(0) ack 1
      late   >| server  .   1:1(0) ack 1
  )";
  for (const Duration interval : First(SynAckIntervals(retries), retries)) {
    script += fmt::format("+{} server > late S. 0:0(0) ack 1\n", DurationText(interval));
    script += "late > server . 1:1(0) ack 1\n";
  }
  return Script::Parse(script + "quiet silence");
}

// When the last SYN-ACK has had its time the server forgets the request, silently. What is left is
// a half-open connection: ESTABLISHED on the client, without a timer, and nothing on the server.
// Room in the queue no longer helps; the client learns it from the RST to its next data.
SCENARIO(BacklogOverflow, ServerForgetsTheRequestAndLeavesTheClientHalfOpen,
         .verdict =
             "After tcp_synack_retries the server forgets the request silently; the client stays "
             "ESTABLISHED until its data draws a RST: ECONNRESET.",
         .source = "reqsk_timer_handler(); RFC 9293 3.5.1") {
  Socket listener = ServerHost().Listen(1);
  const Counters before = CountersOf(ServerHost());
  Fault lost = ServerHost().Drop(AckToServer().First(1));
  Socket late = ClientHost().NewSocket("late");
  EXPECT_THAT(late.Connect(ServerHost()), Returns(0));
  ASSERT_EQ(ServersView(ServerHost(), late).state, TcpState::kSynRecv);
  std::vector<Socket> waiting;
  if (Cause("nobody accepts two clients")) waiting = Fill(ClientHost(), listener, 2);
  ASSERT_THAT(listener.Snapshot(), AcceptQueueIs(2, 1));

  const int retries = Times().synack_retries;
  const auto intervals = SynAckIntervals(retries);
  AwaitIgnored(listener, before, retries);
  const Duration silence = Within({intervals.back()}).latest + std::chrono::milliseconds(200);
  EXPECT_THAT(Wire(late), Shows(SynAcksIgnored(retries), Bind("silence", silence)));
  EXPECT_EQ(ServersView(ServerHost(), late).state, TcpState::kClose);
  EXPECT_EQ(late.Snapshot().state, TcpState::kEstablished);
  EXPECT_EQ(late.Snapshot().timer, TimerKind::kOff);
  EXPECT_THAT(Counted(ServerHost(), before), Ignored(retries));

  Socket first = listener.Accept(), second = listener.Accept();
  EXPECT_THAT(late.Send("ping"), Returns(4));
  EXPECT_THAT(late.Recv(), FailsWith(ECONNRESET));
  EXPECT_THAT(Wire(late).Packets(), Contains(Truly(IsReset)).Times(1));
}

LOOPBACK_SCENARIO(BacklogOverflow, DataIsIgnoredOverLoopback,
                  .verdict =
                      "Over loopback too data of a connected client is ignored while the accept "
                      "queue is full, and completes the connection once there is room.",
                  .source = "tcp_check_req()") {
  Socket listener = ServerHost().Listen(1);
  const Counters before = CountersOf(ServerHost());
  Fault lost = ServerHost().Drop(AckToServer().First(1));
  Socket late = ClientHost().NewSocket("late");
  EXPECT_THAT(late.Connect(ServerHost()), Returns(0));
  ASSERT_EQ(ServersView(ServerHost(), late).state, TcpState::kSynRecv);
  std::vector<Socket> waiting;
  if (Cause("nobody accepts two clients")) waiting = Fill(ClientHost(), listener, 2);
  ASSERT_THAT(listener.Snapshot(), AcceptQueueIs(2, 1));

  EXPECT_THAT(late.Send("ping"), Returns(4));
  AwaitIgnored(listener, before, 1);
  EXPECT_EQ(ServersView(ServerHost(), late).state, TcpState::kSynRecv);
  EXPECT_EQ(late.Snapshot().state, TcpState::kEstablished);
  Socket first = listener.Accept(), second = listener.Accept(), third = listener.Accept();

  EXPECT_THAT(third.Recv(), Receives("ping"));
  EXPECT_THAT(Wire(late), Shows(R"(
            late   >  server  S   0:0(0)
            server >  late    S.  0:0(0) ack 1
            late   >| server  .   1:1(0) ack 1
            late   >  server  P.  1:5(4) ack 1       // no room
      +rto  late   >  server  P.  1:5(4) ack 1
            server >  late    .   1:1(0) ack 5
      quiet 200ms
  )",
                                Bind("rto", FirstRto(Wire(late)))));
  EXPECT_THAT(Counted(ServerHost(), before), Ignored(1));
}

}  // namespace
}  // namespace halfopen::backlog

// SPDX-License-Identifier: GPL-2.0-or-later
// TCP_DEFER_ACCEPT: a listener that wants to be woken by data.
//
// It does not save the last ACK of the handshake, as is told of it, it throws it away: while the
// time runs, a bare ACK leaves the request in SYN-RECV, and the client, ESTABLISHED, notices
// nothing (tcp_check_req; TCPDeferAcceptDrop). Anything more completes it: data, or a FIN. The time
// is kept as a number of SYN-ACK timeouts (1 s, doubled), so it is rounded up to 1, 3, 7, 15, ... s
// (secs_to_retrans), and none of the SYN-ACKs goes out meanwhile. When it is over one does
// (syn_ack_recalc), and the client's answer to it makes a connection without data. tcp(7).
#include "scenarios/backlog/defer_accept.h"

#include <netinet/tcp.h>

namespace halfopen::backlog {
namespace {

using testing::Contains;
using testing::Pair;

SCENARIO(DeferAccept, DataWakesTheListener,
         .verdict =
             "With TCP_DEFER_ACCEPT the server stays in SYN-RECV after the client's ACK, and "
             "accept() returns when data comes.",
         .source = "tcp(7), TCP_DEFER_ACCEPT; tcp_check_req()",
         .outdated =
             "TCP_DEFER_ACCEPT is said to start work before the last ACK of the handshake: it "
             "ignores that ACK and waits for data.") {
  Socket listener = ServerHost().Listen();
  const Counters before = CountersOf(ServerHost());
  if (Cause("TCP_DEFER_ACCEPT")) listener.Set(DeferAccept{3s});
  Socket client = ClientHost().NewSocket();
  EXPECT_THAT(client.Connect(ServerHost()), Returns(0).AtOnce());
  EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);
  ASSERT_THAT(AwaitDeferred(listener, client, before), IsDeferred());
  EXPECT_THAT(listener.Snapshot(), AcceptQueueIs(0, 128));

  EXPECT_THAT(client.Send("ping"), Returns(4));
  Socket server = listener.Accept();
  EXPECT_THAT(server.origin(), Succeeds().AtOnce());
  EXPECT_THAT(server.Recv(), Receives("ping"));
  EXPECT_THAT(CountersOf(ServerHost()).Since(before),
              Contains(Pair("TcpExt.TCPDeferAcceptDrop", 1)));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
      quiet 1200ms
  )"));
}

SCENARIO(DeferAccept, SilentClientIsAcceptedWhenTheTimeIsOver,
         .verdict =
             "A client that sends nothing is accepted without data when the time is over: the "
             "SYN-ACK goes out once more and its ACK counts.",
         .source = "tcp(7), TCP_DEFER_ACCEPT; syn_ack_recalc(), tcp_check_req()") {
  Socket listener = ServerHost().Listen();
  const Counters before = CountersOf(ServerHost());
  if (Cause("TCP_DEFER_ACCEPT")) listener.Set(DeferAccept{2s});  // kept as 3 s
  Socket client = ClientHost().NewSocket();
  const Call connected = client.Connect(ServerHost());
  EXPECT_THAT(connected, Returns(0).AtOnce());
  ASSERT_THAT(AwaitDeferred(listener, client, before), IsDeferred());

  Socket server = listener.Accept();
  EXPECT_THAT(
      server.origin(),
      Succeeds().After({SynAckIntervals(1)[0], SynAckIntervals(1)[1]}).Since(connected.begin));
  EXPECT_THAT(client.Send("late"), Returns(4));
  EXPECT_THAT(server.Recv(), Receives("late"));
  EXPECT_THAT(CountersOf(ServerHost()).Since(before),
              testing::IsSupersetOf(
                  {Pair("TcpExt.TCPDeferAcceptDrop", 1), Pair("TcpExt.TCPSynRetrans", 1)}));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      quiet 2900ms
      server > client  S.  0:0(0) ack 1
      client > server  .   1:1(0) ack 1
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
      quiet 200ms
  )"));
}

SCENARIO(DeferAccept, ClosingWakesTheListenerToo,
         .verdict =
             "A client that closes without a word is accepted at once: its FIN is more than a "
             "bare ACK, and recv() returns 0.",
         .source = "tcp_check_req() (end_seq)") {
  Socket listener = ServerHost().Listen();
  const Counters before = CountersOf(ServerHost());
  if (Cause("TCP_DEFER_ACCEPT")) listener.Set(DeferAccept{3s});
  Socket client = ClientHost().NewSocket();
  EXPECT_THAT(client.Connect(ServerHost()), Returns(0).AtOnce());
  ASSERT_THAT(AwaitDeferred(listener, client, before), IsDeferred());

  if (Cause("the client closes")) client.Close();
  ASSERT_NE(client.Snapshot().state, TcpState::kEstablished);
  client.Await(TcpState::kFinWait2);
  Socket server = listener.Accept();
  EXPECT_THAT(server.origin(), Succeeds().AtOnce());
  EXPECT_THAT(server.Recv(), EndsStream());
  EXPECT_EQ(server.Snapshot().state, TcpState::kCloseWait);
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  F.  1:1(0) ack 1
      server > client  .   1:1(0) ack 2
      quiet 200ms
  )"));
}

SCENARIO(DeferAccept, ResetClientIsNeverSeen,
         .verdict =
             "A client that resets before it sent anything is never seen by accept(): "
             "EmbryonicRsts counts it.",
         .source = "tcp_check_req() (embryonic_reset)") {
  Socket listener = ServerHost().Listen();
  const Counters before = CountersOf(ServerHost());
  if (Cause("TCP_DEFER_ACCEPT")) listener.Set(DeferAccept{3s});
  Socket client = ClientHost().NewSocket();
  client.Set(Linger{true, 0s});
  EXPECT_THAT(client.Connect(ServerHost()), Returns(0).AtOnce());
  ASSERT_THAT(AwaitDeferred(listener, client, before), IsDeferred());

  if (Cause("the client resets")) client.Close();
  ASSERT_EQ(client.Snapshot().state, TcpState::kClose);
  EXPECT_EQ(AwaitRequestsEnd(ServerHost(), client).state, TcpState::kClose);
  listener.SetNonBlocking();
  EXPECT_THAT(listener.Accept().origin(), FailsWith(EAGAIN));
  EXPECT_THAT(Counted(ServerHost(), before),
              testing::UnorderedElementsAre(Pair("EmbryonicRsts", 1)));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  R.  1:1(0) ack 1
      quiet 1200ms
  )"));
}

// The last chance is one packet each way, and the SYN-ACK retries that are left.
SCENARIO(DeferAccept, LostLastChanceLeavesTheClientHalfOpen,
         .verdict =
             "If the SYN-ACKs after the time are lost the request is forgotten silently; the "
             "client, ESTABLISHED all along, gets ECONNRESET for its first data.",
         .source = "syn_ack_recalc(), reqsk_timer_handler(); ip-sysctl.rst, tcp_synack_retries") {
  ServerHost().sysctls().Set("net.ipv4.tcp_synack_retries", 1);
  Socket listener = ServerHost().Listen();
  const Counters before = CountersOf(ServerHost());
  if (Cause("TCP_DEFER_ACCEPT")) listener.Set(DeferAccept{1s});
  Socket client = ClientHost().NewSocket();
  const Call connected = client.Connect(ServerHost());
  ASSERT_THAT(AwaitDeferred(listener, client, before), IsDeferred());
  Fault deaf = ClientHost().Drop(Input().FromPort(80).TcpFlags(kSyn | kAck, kSyn | kAck));

  ASSERT_NO_FATAL_FAILURE(
      ExpectRequestForgottenAfter(SynAckIntervals(1), connected, ServerHost(), client));
  EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);
  EXPECT_THAT(client.Send("ping"), Returns(4));
  EXPECT_THAT(client.Recv(), FailsWith(ECONNRESET));
  EXPECT_THAT(Wire(), Shows(R"(
                 handshake
      +interval  server >| client  S.  0:0(0) ack 1
                 client >  server  P.  1:5(4) ack 1
                 server >  client  R   1:1(0)
      quiet 200ms
  )",
                            Bind("interval", SynAckIntervals(1)[0])));
}

}  // namespace
}  // namespace halfopen::backlog

// SPDX-License-Identifier: GPL-2.0-or-later
// A listener goes while clients wait in its queues: a server that restarts.
//
// Connections in the accept queue are the listener's children, whose handshake is done; nobody can
// accept them any more, so each gets a RST (inet_csk_listen_stop, tcp_disconnect), though its
// client has long been ESTABLISHED and may have sent. A request in SYN-RECV gets nothing: it stays
// until its own timer finds no listener, a second later at most, and goes without a word
// (reqsk_timer_handler); an ACK that comes before that, or after it, draws a RST (tcp_v4_rcv).
// shutdown(2) of a listener does the same and leaves the descriptor, which can listen again.
#include "scenarios/backlog/backlog.h"

namespace halfopen::backlog {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Pair;

constexpr char kConnectedThenReset[] = R"(
    handshake client > server
    server > client  R.  1:1(0) ack 1
    quiet 200ms
)";

SCENARIO(ListenerClosed, EveryWaitingConnectionIsReset,
         .verdict =
             "close() of a listener resets every connection in its accept queue: the clients, "
             "long ESTABLISHED, get ECONNRESET.",
         .source = "inet_csk_listen_stop(), tcp_disconnect() (net/ipv4)") {
  Socket listener = ServerHost().Listen();
  std::vector<Socket> waiting = Fill(ClientHost(), listener, 2);
  EXPECT_THAT(waiting[1].Send("ping"), Returns(4));
  AwaitPackets(IsOf(waiting[1]), 5, "packets of second's: a handshake, data, its ACK");
  const Counters before = CountersOf(ServerHost());

  if (Cause("the listener closes")) {
    EXPECT_THAT(listener.Close(), Returns(0).AtOnce());
  }
  ASSERT_EQ(
      waiting[1].Await([](const SocketSnapshot& now) { return now.send_queue == 0; }, "ACK").state,
      TcpState::kClose);
  for (Socket& client : waiting) {
    EXPECT_THAT(client.Recv(), FailsWith(ECONNRESET).AtOnce());
    EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));
  }
  EXPECT_THAT(CountersOf(ServerHost()).Since(before),
              AllOf(Contains(Pair("Tcp.OutRsts", 2)), Contains(Pair("Tcp.EstabResets", 2))));
  EXPECT_THAT(Wire(waiting[0]), Shows(R"(
      handshake first > server
      server > first  R.  1:1(0) ack 1
      quiet 200ms
  )"));
  EXPECT_THAT(Wire(waiting[1]), Shows(R"(
      handshake second > server
      second > server  P.  1:5(4) ack 1
      server > second  .   1:1(0) ack 5
      server > second  R.  1:1(0) ack 5
      quiet 200ms
  )"));
}

SCENARIO(ListenerClosed, RequestIsForgottenWithoutAWord,
         .verdict =
             "A handshake that was not finished when the listener closed is dropped silently "
             "within a second; the client stays ESTABLISHED, half-open, until it writes.",
         .source = "reqsk_timer_handler() (net/ipv4/inet_connection_sock.c); RFC 9293 3.5.1") {
  Socket listener = ServerHost().Listen();
  Fault lost = ServerHost().Drop(AckToServer().First(1));
  Socket client = ClientHost().NewSocket();
  const Call connected = client.Connect(ServerHost());
  EXPECT_THAT(connected, Returns(0));
  ASSERT_EQ(ServersView(ServerHost(), client).state, TcpState::kSynRecv);

  if (Cause("the listener closes")) {
    EXPECT_THAT(listener.Close(), Returns(0).AtOnce());
  }
  EXPECT_EQ(ServersView(ServerHost(), client).state, TcpState::kSynRecv);
  ASSERT_NO_FATAL_FAILURE(
      ExpectRequestForgottenAfter({SynAckIntervals(1)[0]}, connected, ServerHost(), client));
  EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);
  EXPECT_THAT(client.Send("ping"), Returns(4));
  EXPECT_THAT(client.Recv(), FailsWith(ECONNRESET));
  EXPECT_THAT(Wire(), Shows(R"(
      client >  server  S   0:0(0)
      server >  client  S.  0:0(0) ack 1
      client >| server  .   1:1(0) ack 1
      client >  server  P.  1:5(4) ack 1
      server >  client  R   1:1(0)
      quiet 200ms
  )"));
}

SCENARIO(ListenerClosed, DataForARequestOfItIsReset,
         .verdict =
             "Data that completes a handshake after the listener has closed draws a RST: "
             "ECONNRESET.",
         .source = "tcp_v4_rcv(), inet_csk_reqsk_queue_drop_and_put(); RFC 9293 3.10.7.1") {
  Socket listener = ServerHost().Listen();
  Fault lost = ServerHost().Drop(AckToServer().First(1));
  Socket client = ClientHost().NewSocket();
  EXPECT_THAT(client.Connect(ServerHost()), Returns(0));
  ASSERT_EQ(ServersView(ServerHost(), client).state, TcpState::kSynRecv);

  if (Cause("the listener closes")) {
    EXPECT_THAT(listener.Close(), Returns(0).AtOnce());
  }
  EXPECT_THAT(client.Send("ping"), Returns(4));
  AwaitPackets(IsOf(client), 5, "packets: a handshake, data, its answer");
  EXPECT_EQ(ServersView(ServerHost(), client).state, TcpState::kClose);
  ASSERT_EQ(client.Snapshot().state, TcpState::kClose);
  EXPECT_THAT(client.Recv(), FailsWith(ECONNRESET).AtOnce());
  EXPECT_THAT(Wire(), Shows(R"(
      client >  server  S   0:0(0)
      server >  client  S.  0:0(0) ack 1
      client >| server  .   1:1(0) ack 1
      client >  server  P.  1:5(4) ack 1
      server >  client  R   1:1(0)
      quiet 1200ms
  )"));
}

SCENARIO(ListenerShutDown, BlockedAcceptFailsWithEinval,
         .verdict =
             "shutdown() of a listener wakes a blocked accept() with EINVAL and resets what "
             "waits; the socket may listen again.",
         .source = "inet_shutdown(), inet_csk_accept(); accept(2) EINVAL") {
  Socket listener = ServerHost().Listen();
  PendingCall accepting([listener]() mutable { return listener.Accept().origin(); });
  ASSERT_FALSE(accepting.Done());

  if (Cause("the listener is shut down")) {
    EXPECT_THAT(listener.Shutdown(SHUT_RD), Returns(0));
  }
  ASSERT_EQ(listener.Snapshot().state, TcpState::kClose);
  EXPECT_THAT(accepting.Wait(), FailsWith(EINVAL));
  Socket refused = ClientHost().NewSocket("refused");
  EXPECT_THAT(refused.Connect(ServerHost()), FailsWith(ECONNREFUSED).AtOnce());

  EXPECT_THAT(listener.Listen(1), Returns(0));
  Socket client = ClientHost().NewSocket("client");
  EXPECT_THAT(client.Connect(ServerHost()), Returns(0).AtOnce());
  AwaitWaiting(listener, 1);
  EXPECT_THAT(listener.Shutdown(SHUT_RD), Returns(0));
  EXPECT_THAT(client.Recv(), FailsWith(ECONNRESET));
  EXPECT_THAT(Wire(client), Shows(kConnectedThenReset));
}

}  // namespace
}  // namespace halfopen::backlog

// SPDX-License-Identifier: GPL-2.0-or-later
// A connection ends while it waits for accept().
//
// It is a connection like any other: it acknowledges data, is reset, times out. The accept queue
// keeps it all the same, and accept() returns it without an error: Linux never reports ECONNABORTED
// here, though accept(2) lists it and other systems do. What happened is told by the first calls on
// the new descriptor: what had arrived, then the error. Until then it holds its place in the queue.
#include "scenarios/backlog/backlog.h"

namespace halfopen::backlog {
namespace {

using testing::Contains;
using testing::Pair;

// A client with data in the queue of its not yet accepted connection.
Socket ConnectAndSend(Host& clients, Socket& listener) {
  Socket client = clients.NewSocket("client");
  EXPECT_THAT(client.Connect(listener.host()), Returns(0));
  AwaitWaiting(listener, 1);
  EXPECT_THAT(client.Send("ping"), Returns(4));
  return client;
}

// Blocks until the server's end of it has changed its state.
SocketSnapshot AwaitEnd(Host& server, const Socket& client) {
  return server.AwaitConnection(
      client.remote(), client.local(),
      [](const SocketSnapshot& now) { return now.state != TcpState::kEstablished; },
      "the end of the connection");
}

SCENARIO(DeadInAcceptQueue, ResetConnectionIsAcceptedAndThenTold,
         .verdict =
             "A connection that was reset before accept() is accepted all the same: recv() "
             "gives the data that came first, then ECONNRESET; never ECONNABORTED.",
         .source = "accept(2); inet_csk_accept(), tcp_reset()",
         .outdated =
             "On other systems accept() fails with ECONNABORTED for a connection that was reset in "
             "the queue; not on Linux.") {
  Socket listener = ServerHost().Listen();
  Socket client = ConnectAndSend(ClientHost(), listener);
  client.Set(Linger{true, std::chrono::seconds(0)});
  const Counters before = CountersOf(ServerHost());
  if (Cause("the client resets")) client.Close();
  ASSERT_EQ(client.Snapshot().state, TcpState::kClose);
  AwaitPackets(IsOf(client), 5, "packets: a handshake, data, its ACK");
  ASSERT_EQ(AwaitEnd(ServerHost(), client).state, TcpState::kClose);
  EXPECT_THAT(listener.Snapshot(), AcceptQueueIs(1, 128));

  Socket server = listener.Accept();
  EXPECT_THAT(server.origin(), Succeeds().AtOnce());
  EXPECT_THAT(server.Recv(), Receives("ping"));
  EXPECT_THAT(server.Recv(), FailsWith(ECONNRESET));
  EXPECT_THAT(server.Recv(), EndsStream());
  EXPECT_THAT(server.Send("pong"), FailsWith(EPIPE));
  EXPECT_THAT(CountersOf(ServerHost()).Since(before), Contains(Pair("Tcp.EstabResets", 1)));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
      client > server  R.  5:5(0) ack 1
      quiet 200ms
  )"));
}

SCENARIO(DeadInAcceptQueue, ClosedConnectionIsAcceptedInCloseWait,
         .verdict =
             "A client that sent and closed before accept(): recv() gives the data, then the "
             "end; the answer is reset, so a second send() fails with EPIPE.",
         .source = "RFC 9293 3.6; inet_csk_accept()") {
  Socket listener = ServerHost().Listen();
  Socket client = ConnectAndSend(ClientHost(), listener);
  if (Cause("the client closes")) client.Close();
  ASSERT_NE(client.Snapshot().state, TcpState::kEstablished);
  ASSERT_EQ(AwaitEnd(ServerHost(), client).state, TcpState::kCloseWait);
  client.Await(TcpState::kFinWait2);

  Socket server = listener.Accept();
  EXPECT_THAT(server.origin(), Succeeds().AtOnce());
  EXPECT_THAT(server.Recv(), Receives("ping"));
  EXPECT_THAT(server.Recv(), EndsStream());
  EXPECT_THAT(server.Send("pong"), Returns(4));
  server.Await(TcpState::kClose);
  EXPECT_THAT(server.Send("pong"), FailsWith(EPIPE));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
      client > server  F.  5:5(0) ack 1
      server > client  .   1:1(0) ack 6
      server > client  P.  1:5(4) ack 6
      client > server  R   6:6(0)
      quiet 200ms
  )"));
}

SCENARIO(DeadInAcceptQueue, DeadConnectionHoldsItsPlace,
         .verdict =
             "Connections that died in the accept queue still fill it: new SYNs are ignored "
             "until accept() takes the dead ones out.",
         .source = "sk_acceptq_is_full(), inet_csk_accept()") {
  Socket listener = ServerHost().Listen(0);
  Socket client = ConnectAndSend(ClientHost(), listener);
  client.Set(Linger{true, std::chrono::seconds(0)});
  if (Cause("the client resets")) client.Close();
  ASSERT_EQ(client.Snapshot().state, TcpState::kClose);
  ASSERT_EQ(AwaitEnd(ServerHost(), client).state, TcpState::kClose);
  EXPECT_THAT(listener.Snapshot(), AcceptQueueIs(1, 0));

  const Counters before = CountersOf(ServerHost());
  Socket next = ClientHost().NewSocket("next");
  PendingCall connecting = next.StartConnect(ServerHost());
  AwaitIgnored(listener, before, 1);
  Socket dead = listener.Accept();
  EXPECT_THAT(dead.origin(), Succeeds());

  EXPECT_THAT(connecting.Wait(), Returns(0).After(First(SynSchedule(), 1)));
  EXPECT_THAT(Counted(ServerHost(), before), Ignored(1));
  EXPECT_THAT(Wire(next), Shows(R"(
                 next   > server  S   0:0(0)
      +interval  next   > server  S   0:0(0)
                 server > next    S.  0:0(0) ack 1
                 next   > server  .   1:1(0) ack 1
      quiet 200ms
  )",
                                Bind("interval", First(SynSchedule(), 1))));
}

SCENARIO(DeadInAcceptQueue, KeepaliveOfTheListenerEndsIt,
         .verdict =
             "Keepalive set on the listener runs in the accept queue too: a client that "
             "vanished is accepted, and recv() fails with ETIMEDOUT.",
         .source = "socket(7), SO_KEEPALIVE; tcp_create_openreq_child(), tcp_keepalive_timer()") {
  const Keepalive ka = Times().keepalive;
  Socket listener = ServerHost().Listen();
  if (Cause("keepalive on the listener")) listener.Set(ka);
  const Counters before = CountersOf(ServerHost());
  Socket client = ClientHost().NewSocket();
  EXPECT_THAT(client.Connect(ServerHost()), Returns(0));
  AwaitWaiting(listener, 1);
  Fault dark = ClientHost().Drop(Input().FromPort(Socket::kDefaultPort));
  ASSERT_EQ(ServersView(ServerHost(), client).timer, TimerKind::kKeepalive);
  AwaitPackets([](const WirePacket& packet) { return packet.from == "server"; }, 2,
               "packets of the server's: its SYN-ACK, a probe");
  ASSERT_GT(dark.hits(), 0u);
  ASSERT_EQ(AwaitEnd(ServerHost(), client).state, TcpState::kClose);
  EXPECT_THAT(listener.Snapshot(), AcceptQueueIs(1, 128));

  Socket server = listener.Accept();
  EXPECT_THAT(server.origin(), Succeeds().AtOnce());
  EXPECT_THAT(server.Recv(), FailsWith(ETIMEDOUT).AtOnce());
  EXPECT_THAT(server.Recv(), EndsStream());
  EXPECT_THAT(CountersOf(ServerHost()).Since(before),
              testing::IsSupersetOf(
                  {Pair("TcpExt.TCPKeepAlive", ka.probes), Pair("TcpExt.TCPAbortOnTimeout", 1)}));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      +idle      server >| client  .   0:0(0) ack 1
      +interval  server >| client  .   0:0(0) ack 1  *more
      +interval  server >| client  R.  1:1(0) ack 1
      quiet 200ms
  )",
                            Bind("idle", ka.idle), Bind("interval", ka.interval),
                            Bind("more", ka.probes - 1)));
}

}  // namespace
}  // namespace halfopen::backlog

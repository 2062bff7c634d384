// SPDX-License-Identifier: GPL-2.0-or-later
// A proxy is restarted: its listener is closed, connections of it are left over, and the new
// process binds the same port.
//
// Every connection keeps the port that it was accepted on, in whatever state it is: ESTABLISHED,
// CLOSE-WAIT, a minute of TIME-WAIT. Without SO_REUSEADDR bind(2) fails with EADDRINUSE for as
// long. With it they do not count, but only if they have it too: accepted sockets inherit it from
// their listener, and TIME-WAIT keeps it (inet_twsk_alloc; inet_bind_conflict,
// net/ipv4/inet_connection_sock.c). So the option has to be set before there is anything to
// restart.
//
// Article 000 finds SO_REUSEADDR enough for a graceful restart, because the old listener is closed
// before the new one binds. It is enough for bind; clients that come in between are refused. (See
// reuse_port.cc for a restart without that gap.)
#include <optional>

#include "scenarios/listener/listener.h"

namespace halfopen::listener {
namespace {

// What is left of the old process on port 80 keeps a socket without SO_REUSEADDR from binding, and
// none with it.
void ExpectRestart(Host& server, Socket& later) {
  ASSERT_THAT(server.NewSocket("bare").Bind(kPort), FailsWith(EADDRINUSE));
  Socket next = ListenerWith(server, "next", ReuseAddress{});
  EXPECT_THAT(later.Connect(server), Returns(0));
  AwaitWaiting(next, 1);
}

SCENARIO(ReuseAddress, RestartsOverTimeWait,
         .verdict =
             "A connection in TIME-WAIT is left: bind fails with EADDRINUSE without "
             "SO_REUSEADDR, and succeeds with it.",
         .source = "RFC 9293 3.6.1; socket(7), SO_REUSEADDR; inet_bind_conflict") {
  if (Cause("a connection is left in TIME-WAIT")) {
    auto [client, server] = Connect();
    server.Close();
    client.Await(TcpState::kCloseWait);
    client.Close();
    EXPECT_EQ(server.Await(TcpState::kTimeWait).timer, TimerKind::kTimeWait);
  }
  Socket later = ClientHost().NewSocket("later");
  ASSERT_NO_FATAL_FAILURE(ExpectRestart(ServerHost(), later));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  F.  1:1(0) ack 1
    ? client > server  .   1:1(0) ack 2
      client > server  F.  1:1(0) ack 2
      server > client  .   2:2(0) ack 2
      handshake later > server
      server > later   R.  1:1(0) ack 1
      quiet 200ms
  )"));
}

SCENARIO(ReuseAddress, RestartsBesideEstablishedConnections,
         .verdict =
             "The old process still serves a connection: bind fails with EADDRINUSE without "
             "SO_REUSEADDR, succeeds with it, and the old connection goes on.",
         .source = "socket(7), SO_REUSEADDR; inet_bind_conflict, inet_connection_sock.c") {
  std::optional<Connection> left;
  if (Cause("a connection is left")) left = Connect();
  Socket later = ClientHost().NewSocket("later");
  ASSERT_NO_FATAL_FAILURE(ExpectRestart(ServerHost(), later));

  EXPECT_EQ(left->server.Snapshot().state, TcpState::kEstablished);
  EXPECT_THAT(left->client.Send("ping"), Returns(4));
  EXPECT_THAT(left->server.Recv(), Receives("ping"));
  EXPECT_THAT(Wire(left->client), Shows(R"(
      handshake
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
      quiet 200ms
  )"));
}

SCENARIO(ReuseAddress, RestartsBesideAForgottenCloseWait,
         .verdict =
             "A connection that nobody closed is left in CLOSE-WAIT, without end: bind fails "
             "with EADDRINUSE without SO_REUSEADDR, succeeds with it.",
         .source = "RFC 9293 3.6; socket(7), SO_REUSEADDR; inet_bind_conflict") {
  std::optional<Connection> left;
  if (Cause("a connection is left in CLOSE-WAIT")) {
    left = Connect();
    left->client.Close();
    left->client.Await(TcpState::kFinWait2);
    EXPECT_EQ(left->server.Snapshot().state, TcpState::kCloseWait);
  }
  Socket later = ClientHost().NewSocket("later");
  ASSERT_NO_FATAL_FAILURE(ExpectRestart(ServerHost(), later));

  EXPECT_EQ(left->server.Snapshot().state, TcpState::kCloseWait);
  EXPECT_THAT(Wire(left->server), Shows(R"(
      handshake
      client > server  F.  1:1(0) ack 1
      server > client  .   1:1(0) ack 2
      quiet 200ms
  )"));
}

SCENARIO(ReuseAddress, OldListenerWithoutItBlocksTheNewOne,
         .verdict =
             "The old listener did not set SO_REUSEADDR, so its TIME-WAIT blocks a new one "
             "that does: bind fails with EADDRINUSE.",
         .source = "socket(7), SO_REUSEADDR; sk_reuse in inet_bind_conflict and inet_twsk_alloc") {
  Socket old = ServerHost().NewSocket("old");
  if (!Cause("the old listener lacks SO_REUSEADDR")) old.Set(ReuseAddress{});
  EXPECT_THAT(old.Bind(kPort), Returns(0));
  EXPECT_THAT(old.Listen(128), Returns(0));
  Socket client = ClientHost().NewSocket("client");
  EXPECT_THAT(client.Connect(ServerHost()), Returns(0));
  Socket left = old.Accept("left");
  old.Close();
  left.Close();
  client.Await(TcpState::kCloseWait);
  client.Close();
  left.Await(TcpState::kTimeWait);

  ASSERT_THAT(SocketWith(ServerHost(), "next", ReuseAddress{}).Bind(kPort), FailsWith(EADDRINUSE));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake client > old
      old    > client  F.  1:1(0) ack 1
    ? client > old     .   1:1(0) ack 2
      client > old     F.  1:1(0) ack 2
      old    > client  .   2:2(0) ack 2
      quiet 200ms
  )"));
}

SCENARIO(ReuseAddress, RestartRefusesClientsInBetween,
         .verdict =
             "From the close of the old listener to the listen of the new one clients are "
             "refused: ECONNREFUSED.",
         .source = "RFC 9293 3.10.7.1; tcp_v4_send_reset, net/ipv4/tcp_ipv4.c",
         .outdated =
             "SO_REUSEADDR is said to be enough for a graceful restart; one that refuses nobody "
             "takes SO_REUSEPORT or an inherited listener.") {
  Socket old = ListenerWith(ServerHost(), "server", ReuseAddress{});
  if (Cause("the old listener is closed")) old.Close();
  Socket early = ClientHost().NewSocket("early");
  ASSERT_THAT(early.Connect(ServerHost()), FailsWith(ECONNREFUSED).AtOnce());

  Socket next = ListenerWith(ServerHost(), "next", ReuseAddress{});
  Socket later = ConnectWaiting(ClientHost(), next, "later");
  EXPECT_THAT(Wire(), Shows(R"(
      early  > server  S   0:0(0)
      server > early   R.  0:0(0) ack 1
      handshake later > server
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen::listener

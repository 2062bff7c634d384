// SPDX-License-Identifier: GPL-2.0-or-later
// Who listens, who no longer does, and what other calls say to a listener.
//
// SO_ACCEPTCONN tells whether a socket listens (socket(7)): a proxy that was handed a descriptor
// asks it before it calls listen. shutdown(2) takes it away again: SHUT_RD ends listening as
// disconnecting would (inet_shutdown, net/ipv4/af_inet.c), whoever waits in accept gets EINVAL, and
// what is in the queue is reset. SHUT_WR does nothing to a listener.
#include "scenarios/listener/listener.h"

namespace halfopen::listener {
namespace {

// accept(2), waiting on a thread of its own.
PendingCall StartAccept(Socket listener) {
  return PendingCall([listener]() mutable -> Call { return listener.Accept("nobody").origin(); });
}

SCENARIO(Listener, AcceptconnTellsWhetherItListens,
         .verdict =
             "SO_ACCEPTCONN is 0 of a socket that is only bound, whose clients get "
             "ECONNREFUSED, and 1 of one that listens.",
         .source = "socket(7), SO_ACCEPTCONN; listen(2)") {
  Socket socket = ServerHost().NewSocket("server");
  EXPECT_THAT(socket.Bind(kPort), Returns(0));
  if (!Cause("the socket is only bound")) {
    EXPECT_THAT(socket.Listen(128), Returns(0));
  }
  ASSERT_FALSE(Listens(socket));
  EXPECT_THAT(ClientHost().NewSocket("early").Connect(ServerHost()), FailsWith(ECONNREFUSED));
  EXPECT_THAT(socket.Accept().origin(), FailsWith(EINVAL));

  EXPECT_THAT(socket.Listen(128), Returns(0));
  EXPECT_TRUE(Listens(socket));
  Socket client = ConnectWaiting(ClientHost(), socket);
  Socket accepted = socket.Accept("accepted");
  EXPECT_FALSE(Listens(accepted));
  EXPECT_THAT(accepted.Listen(128), FailsWith(EINVAL));
  EXPECT_THAT(Wire(), Shows(R"(
      early  > server  S   0:0(0)
      server > early   R.  0:0(0) ack 1
      handshake
      quiet 200ms
  )"));
}

SCENARIO(Listener, ShutdownOfReadingEndsIt,
         .verdict =
             "shutdown(SHUT_RD) ends listening: a blocked accept fails with EINVAL, and new "
             "clients get ECONNREFUSED.",
         .source = "inet_shutdown, net/ipv4/af_inet.c; inet_csk_wait_for_connect") {
  Socket listener = ListenerWith(ServerHost(), "server", ReuseAddress{});
  PendingCall accepting = StartAccept(listener);
  ASSERT_FALSE(accepting.Done());
  if (Cause("shutdown of reading")) {
    EXPECT_THAT(listener.Shutdown(SHUT_RD), Returns(0));
  }

  ASSERT_FALSE(Listens(listener));
  EXPECT_THAT(accepting.Wait(), FailsWith(EINVAL));
  EXPECT_THAT(listener.Accept().origin(), FailsWith(EINVAL).AtOnce());
  EXPECT_THAT(ClientHost().NewSocket("refused").Connect(ServerHost()), FailsWith(ECONNREFUSED));

  // It is bound still, and can listen again.
  EXPECT_THAT(listener.Listen(128), Returns(0));
  Socket client = ConnectWaiting(ClientHost(), listener);
  EXPECT_THAT(Wire(), Shows(R"(
      refused > server   S   0:0(0)
      server  > refused  R.  0:0(0) ack 1
      handshake
      quiet 200ms
  )"));
}

SCENARIO(Listener, ShutdownOfReadingResetsItsQueue,
         .verdict =
             "shutdown(SHUT_RD) of a listener resets the connections that wait for accept: "
             "ECONNRESET.",
         .source = "inet_shutdown, net/ipv4/af_inet.c; inet_csk_listen_stop") {
  Socket listener = ListenerWith(ServerHost(), "server", ReuseAddress{});
  Socket client = ConnectWaiting(ClientHost(), listener);
  // Writing is nothing that a listener does.
  EXPECT_THAT(listener.Shutdown(SHUT_WR), Returns(0));
  EXPECT_TRUE(Listens(listener));
  EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);
  if (Cause("shutdown of reading")) {
    EXPECT_THAT(listener.Shutdown(SHUT_RD), Returns(0));
  }

  ASSERT_FALSE(Listens(listener));
  client.Await(TcpState::kClose);
  EXPECT_THAT(client.Recv(), FailsWith(ECONNRESET));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  R.  1:1(0) ack 1
      quiet 200ms
  )"));
}

SCENARIO(Listener, IsNoConnection,
         .verdict =
             "On a listener connect fails with EISCONN, recv with ENOTCONN, send with EPIPE; "
             "listening goes on.",
         .source = "connect(2), recv(2), send(2); __inet_stream_connect, tcp_recvmsg_locked") {
  Socket listener = SocketWith(ServerHost(), "server", ReuseAddress{});
  EXPECT_THAT(listener.Bind(kPort), Returns(0));
  if (Cause("the socket listens")) {
    EXPECT_THAT(listener.Listen(128), Returns(0));
  }

  ASSERT_THAT(listener.Connect(ClientHost()), FailsWith(EISCONN));
  EXPECT_THAT(listener.Recv(), FailsWith(ENOTCONN));
  EXPECT_THAT(listener.Send("ping"), FailsWith(EPIPE));
  EXPECT_THAT(listener.Listen(64), Returns(0));
  EXPECT_EQ(listener.Snapshot().send_queue, 64U);
  Socket client = ConnectWaiting(ClientHost(), listener);
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      quiet 200ms
  )"));
}

SCENARIO(Listener, WithoutBindGetsAnEphemeralPort,
         .verdict =
             "listen without bind succeeds, on the wildcard address and a port of "
             "ip_local_port_range; nobody gets EDESTADDRREQ.",
         .source = "ip(7), NOTES; inet_csk_listen_start, net/ipv4/inet_connection_sock.c") {
  ServerHost().sysctls().Set("net.ipv4.ip_local_port_range", "40000\t40001");
  Socket listener = ServerHost().NewSocket("server");
  if (!Cause("nobody binds it")) {
    EXPECT_THAT(listener.Bind(kPort), Returns(0));
  }
  EXPECT_THAT(listener.Listen(128), Returns(0));
  const SocketSnapshot now = listener.Snapshot();
  ASSERT_THAT(now.local.port, testing::AnyOf(40000, 40001));
  EXPECT_EQ(now.local.address, Wildcard(family()).address);
  Socket client = ConnectWaiting(ClientHost(), listener);
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen::listener

// SPDX-License-Identifier: GPL-2.0-or-later
// bind(2) to a port with connections in TIME-WAIT: why a restarted server fails with EADDRINUSE.
//
// The server closed first, so its port stays taken for a minute. SO_REUSEADDR lets a socket share a
// port, but only with sockets that have it too and do not listen (inet_csk_bind_conflict,
// net/ipv4/inet_connection_sock.c), and TIME-WAIT keeps what its connection inherited from the
// listener (tw_reuse): the option helps if the server that died had set it as well.
#include "scenarios/close/close.h"

namespace halfopen {
namespace {

constexpr char kServerClosesFirst[] = R"(
    handshake
    server > client  F.  1:1(0) ack 1
    client > server  .   1:1(0) ack 2
    client > server  F.  1:1(0) ack 2
    server > client  .   2:2(0) ack 2
    quiet 200ms
)";

SCENARIO(TimeWait, BindWithoutReuseAddressFails,
         .verdict =
             "While a closed connection is in TIME-WAIT, bind() to its port fails with "
             "EADDRINUSE, though nobody listens there.",
         .source = "ip(7), SO_REUSEADDR in socket(7); inet_csk_bind_conflict") {
  auto [client, server] = Connect();
  ASSERT_EQ(CloseInOrder(server, client, Cause("the server closes first")).state,
            TcpState::kTimeWait);

  Socket restarted = ServerHost().NewSocket();
  EXPECT_THAT(restarted.Bind(Socket::kDefaultPort), FailsWith(EADDRINUSE));
  EXPECT_THAT(Wire(), Shows(kServerClosesFirst));
}

SCENARIO(TimeWait, BindWithReuseAddressSucceeds,
         .verdict =
             "With SO_REUSEADDR, bind(), listen() and new connections succeed while an old "
             "one is in TIME-WAIT.",
         .source = "socket(7), SO_REUSEADDR; inet_csk_bind_conflict") {
  auto [client, server] = Connect();
  ASSERT_EQ(CloseInOrder(server, client, Cause("the server closes first")).state,
            TcpState::kTimeWait);

  Socket restarted = ServerHost().NewSocket();
  if (Cause("the new listener sets SO_REUSEADDR")) restarted.Set(ReuseAddress{});
  ASSERT_THAT(restarted.Bind(Socket::kDefaultPort), Returns(0));
  EXPECT_THAT(restarted.Listen(1), Returns(0));
  Socket second = ClientHost().NewSocket("second");
  EXPECT_THAT(second.Connect(ServerHost()), Returns(0));
  EXPECT_EQ(server.Snapshot().state, TcpState::kTimeWait);

  EXPECT_THAT(Wire(client), Shows(kServerClosesFirst));
  EXPECT_THAT(Wire(second), Shows(R"(
      handshake second > server
      quiet 200ms
  )"));
}

SCENARIO(TimeWait, ReuseAddressIsOfNoUseIfTheOldListenerHadItNot,
         .verdict =
             "SO_REUSEADDR on the new listener alone is not enough: bind() fails with "
             "EADDRINUSE if the old one had not set it.",
         .source = "inet_csk_bind_conflict and tw_reuse (net/ipv4/inet_timewait_sock.c)") {
  Socket listener = ServerHost().NewSocket("server");
  if (!Cause("the old listener does without SO_REUSEADDR")) listener.Set(ReuseAddress{});
  ASSERT_THAT(listener.Bind(Socket::kDefaultPort), Returns(0));
  ASSERT_THAT(listener.Listen(1), Returns(0));
  Socket client = ClientHost().NewSocket("client");
  ASSERT_THAT(client.Connect(ServerHost()), Returns(0));
  Socket server = listener.Accept("server");
  listener.Close();
  ASSERT_EQ(CloseInOrder(server, client, Cause("the server closes first")).state,
            TcpState::kTimeWait);

  Socket restarted = ServerHost().NewSocket();
  EXPECT_THAT(restarted.Set(ReuseAddress{}), Returns(0));
  EXPECT_THAT(restarted.Bind(Socket::kDefaultPort), FailsWith(EADDRINUSE));
  EXPECT_THAT(Wire(), Shows(kServerClosesFirst));
}

SCENARIO(TimeWait, LingerZeroLeavesNone,
         .verdict =
             "SO_LINGER {1, 0} leaves no TIME-WAIT: bind() to the port returns 0 at once, without "
             "SO_REUSEADDR; the peer is told ECONNRESET.",
         .source = "socket(7), SO_LINGER; tcp_disconnect (net/ipv4/tcp.c)") {
  auto [client, server] = Connect();
  if (Cause("SO_LINGER with time 0")) server.Set(Linger{});
  EXPECT_THAT(server.Close(), Returns(0));

  Socket restarted = ServerHost().NewSocket();
  ASSERT_THAT(restarted.Bind(Socket::kDefaultPort), Returns(0));
  EXPECT_THAT(restarted.Listen(1), Returns(0));
  EXPECT_THAT(client.Recv(), FailsWith(ECONNRESET));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  R.  1:1(0) ack 1
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen

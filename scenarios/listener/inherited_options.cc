// SPDX-License-Identifier: GPL-2.0-or-later
// What is set on a listener comes with every socket that it accepts: the kernel copies the listener
// (inet_csk_clone_lock, tcp_create_openreq_child), SO_LINGER, SO_KEEPALIVE, TCP_NODELAY and buffer
// sizes included.
//
// A proxy's "nolinger" is one of them: SO_LINGER {1, 0}. On the listener itself, whose close never
// waits for anything, it does nothing. On the accepted sockets it turns every close into a RST
// (socket(7); tcp_close, net/ipv4/tcp.c): no TIME-WAIT, and a client that has not read everything
// yet loses it. Article 000 expects only that close does not wait.
#include <netinet/tcp.h>

#include "scenarios/listener/listener.h"

namespace halfopen::listener {
namespace {

using testing::Contains;
using testing::Pair;

SCENARIO(NoLinger, AcceptedSocketsCloseWithReset,
         .verdict =
             "SO_LINGER {1, 0} on the listener: every accepted socket closes with RST, and "
             "the client's recv fails with ECONNRESET.",
         .source = "socket(7), SO_LINGER; inet_csk_clone_lock; tcp_close, net/ipv4/tcp.c",
         .outdated =
             "A proxy's \"nolinger\" is taken for a close that does not wait; close does not wait "
             "by default either, and with it data on its way is lost.") {
  Socket listener = SocketWith(ServerHost(), "server", ReuseAddress{});
  if (Cause("SO_LINGER with time 0")) listener.Set(Linger{});
  EXPECT_THAT(listener.Bind(kPort), Returns(0));
  EXPECT_THAT(listener.Listen(128), Returns(0));
  Socket client = ConnectWaiting(ClientHost(), listener);
  Socket server = listener.Accept("server");
  const Counters before = CountersOf(ServerHost());

  PendingCall reading = client.StartRecv();
  EXPECT_THAT(server.Close(), Returns(0));
  EXPECT_THAT(reading.Wait(), FailsWith(ECONNRESET));
  EXPECT_EQ(server.Snapshot().state, TcpState::kClose);
  EXPECT_THAT(CountersOf(ServerHost()).Since(before), Contains(Pair("TcpExt.TCPAbortOnData", 1)));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  R.  1:1(0) ack 1
      quiet 200ms
  )"));
  // Without TIME-WAIT the port is free for all, SO_REUSEADDR or not.
  listener.Close();
  EXPECT_THAT(ServerHost().NewSocket("bare").Bind(kPort), Returns(0));
}

SCENARIO(Listener, HandsItsOptionsToAcceptedSockets,
         .verdict =
             "Accepted sockets inherit the listener's options: SO_KEEPALIVE and its times, "
             "TCP_NODELAY, TCP_USER_TIMEOUT, SO_LINGER, SO_SNDBUF.",
         .source = "inet_csk_clone_lock and tcp_create_openreq_child, net/ipv4") {
  const Keepalive keepalive = Times().keepalive;
  Socket listener = ListenerWith(ServerHost(), "server", NoDelay{},
                                 UserTimeout{std::chrono::minutes(1)}, SendBuffer{16384});
  if (Cause("the listener's keepalive")) listener.Set(keepalive);
  Socket client = ConnectWaiting(ClientHost(), listener);
  Socket server = listener.Accept("server");

  ASSERT_EQ(server.GetOption(SOL_SOCKET, SO_KEEPALIVE, "SO_KEEPALIVE"), 1);
  EXPECT_EQ(server.GetOption(IPPROTO_TCP, TCP_KEEPIDLE, "TCP_KEEPIDLE"), keepalive.idle.count());
  EXPECT_EQ(server.GetOption(IPPROTO_TCP, TCP_KEEPCNT, "TCP_KEEPCNT"), keepalive.probes);
  EXPECT_EQ(server.GetOption(IPPROTO_TCP, TCP_NODELAY, "TCP_NODELAY"), 1);
  EXPECT_EQ(server.GetOption(IPPROTO_TCP, TCP_USER_TIMEOUT, "TCP_USER_TIMEOUT"), 60'000);
  EXPECT_EQ(server.GetOption(SOL_SOCKET, SO_SNDBUF, "SO_SNDBUF"), 2 * 16384);
  EXPECT_FALSE(Listens(server));
  // The timer runs from the handshake on, before anyone has called accept.
  EXPECT_EQ(server.Snapshot().timer, TimerKind::kKeepalive);
  AwaitPackets([](const WirePacket&) { return true; }, 5,
               "packets: a handshake, a probe, its answer");
  EXPECT_THAT(Wire(), Shows(R"(
             handshake
      +idle  server > client  .  0:0(0) ack 1
             client > server  .  1:1(0) ack 1
  )",
                            Bind("idle", Duration(keepalive.idle))));
}

}  // namespace
}  // namespace halfopen::listener

// SPDX-License-Identifier: GPL-2.0-or-later
// Of two listeners that share a port with SO_REUSEPORT one dies.
//
// The kernel completed handshakes for it that it has not accepted: they belong to its queue alone,
// and go down with it, each with a RST (inet_csk_listen_stop, net/ipv4/inet_connection_sock.c),
// while the other one is idle. Since Linux 5.14 tcp_migrate_req=1 moves them to another listener of
// the group (ip-sysctl.rst). New connections find the one that is left in either case, so a restart
// in which the new process joins before the old one leaves refuses nobody.
#include "scenarios/listener/reuse_port.h"

namespace halfopen::listener {
namespace {

using testing::Contains;
using testing::Ge;
using testing::Pair;
using testing::SizeIs;

SCENARIO(ReusePort, WaitingConnectionsDieWithTheirListener,
         .verdict =
             "One of two listeners is closed: the connections in its accept queue are reset, "
             "ECONNRESET, although the other one could take them.",
         .source = "inet_csk_listen_stop, net/ipv4/inet_connection_sock.c") {
  Socket first = ListenerWith(ServerHost(), "server", ReusePort{});
  Socket second = ListenerWith(ServerHost(), "second", ReusePort{});
  std::vector<Socket> clients = ConnectUntilBothHaveOne(ClientHost(), first, second);
  const Counters before = CountersOf(ServerHost());

  if (Cause("the second is closed")) second.Close();
  const std::vector<Socket> accepted = AcceptAll(first);
  ASSERT_EQ(Waiting(ServerHost()), 0U);
  for (Socket& client : clients) {
    if (IsAmong(accepted, client)) {
      EXPECT_THAT(Wire(client), Shows("handshake"));
      continue;
    }
    client.Await(TcpState::kClose);
    EXPECT_THAT(client.Recv(), FailsWith(ECONNRESET).AtOnce());
    EXPECT_THAT(Wire(client), Shows(R"(
        handshake
        server > client  R.  1:1(0) ack 1
    )"));
  }
  const auto dead = static_cast<std::int64_t>(clients.size() - accepted.size());
  EXPECT_THAT(CountersOf(ServerHost()).Since(before), Contains(Pair("Tcp.OutRsts", dead)));
}

SCENARIO(ReusePort, MigrationMovesThemToTheOther,
         .verdict =
             "With tcp_migrate_req=1 the connections in the queue of a closed listener move "
             "to another one of its port, and live.",
         .source = "ip-sysctl.rst, tcp_migrate_req (Linux 5.14); reuseport_migrate_sock") {
  Socket first = ListenerWith(ServerHost(), "server", ReusePort{});
  Socket second = ListenerWith(ServerHost(), "second", ReusePort{});
  std::vector<Socket> clients = ConnectUntilBothHaveOne(ClientHost(), first, second);
  const Counters before = CountersOf(ServerHost());

  if (Cause("tcp_migrate_req")) ServerHost().sysctls().Set("net.ipv4.tcp_migrate_req", 1);
  second.Close();
  std::vector<Socket> accepted = AcceptAll(first);
  ASSERT_THAT(accepted, SizeIs(clients.size()));
  EXPECT_THAT(CountersOf(ServerHost()).Since(before),
              Contains(Pair("TcpExt.TCPMigrateReqSuccess", Ge(1))));
  for (Socket& client : clients) {
    EXPECT_TRUE(IsAmong(accepted, client));
    EXPECT_THAT(client.Send("ping"), Returns(4));
  }
  for (Socket& server : accepted) EXPECT_THAT(server.Recv(), Receives("ping"));
  for (Socket& client : clients) {
    EXPECT_THAT(Wire(client), Shows(R"(
        handshake
        client > server  P.  1:5(4) ack 1
        server > client  .   1:1(0) ack 5
    )"));
  }
}

SCENARIO(ReusePort, RestartRefusesNobody,
         .verdict =
             "The new process listens before the old one stops: every client in between is "
             "accepted by one of them.",
         .source = "socket(7), SO_REUSEPORT; reuseport_add_sock, net/core/sock_reuseport.c",
         .outdated =
             "Article 000 doubts that a proxy needs SO_REUSEPORT for a graceful restart; "
             "without it there is a moment without a listener.") {
  Socket old = ListenerWith(ServerHost(), "server", ReusePort{});
  Socket before = ConnectWaiting(ClientHost(), old, "before");
  Socket accepted = old.Accept();
  Socket next = ServerHost().NewSocket("next");
  if (Cause("the new one has SO_REUSEPORT")) next.Set(ReusePort{});
  ASSERT_THAT(next.Bind(kPort), Returns(0));
  EXPECT_THAT(next.Listen(128), Returns(0));
  old.Close();

  Socket after = ConnectWaiting(ClientHost(), next, "after");
  EXPECT_THAT(before.Send("ping"), Returns(4));
  EXPECT_THAT(accepted.Recv(), Receives("ping"));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake before > server
      handshake after > server
      before > server  P.  1:5(4) ack 1
      server > before  .   1:1(0) ack 5
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen::listener

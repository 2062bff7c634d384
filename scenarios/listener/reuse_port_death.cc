// SPDX-License-Identifier: GPL-2.0-or-later
// Of two listeners that share a port with SO_REUSEPORT one dies.
//
// The kernel completed handshakes for it that it has not accepted: they belong to its queue alone,
// and go down with it, each with a RST (inet_csk_listen_stop, net/ipv4/inet_connection_sock.c),
// while the other one is idle; so do handshakes that have only begun. Since Linux 5.14
// tcp_migrate_req=1 moves them to another listener of the group (ip-sysctl.rst). New connections
// find the one that is left in either case, so a restart in which the new process joins before the
// old one leaves refuses nobody.
#include <string>
#include <utility>

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

// The last ACK of a handshake.
Rule LastAck() { return Input().ToPort(kPort).TcpFlags(kSyn | kAck, kAck).First(1); }

auto IsFrom(std::string label) {
  return [label = std::move(label)](const WirePacket& packet) { return packet.from == label; };
}

// What the server has of a client's connection: SYN-RECV while it is a request.
TcpState ServersState(Host& server, const Socket& client) {
  return server.Diagnose(client.remote(), client.local()).value_or(SocketSnapshot{}).state;
}

SCENARIO(ReusePort, RequestsDieWithTheirListenerToo,
         .verdict =
             "A listener is closed during a handshake that it began: the client, connected "
             "already, is reset by its first data, ECONNRESET.",
         .source = "TCP_NEW_SYN_RECV in tcp_v4_rcv, net/ipv4/tcp_ipv4.c") {
  Socket first = ListenerWith(ServerHost(), "server", ReusePort{});
  Fault lost = ServerHost().Drop(LastAck());
  Socket client = ClientHost().NewSocket("client");
  EXPECT_THAT(client.Connect(ServerHost()), Returns(0));
  AwaitPackets(IsFrom("client"), 2, "of the client's");
  ASSERT_EQ(ServersState(ServerHost(), client), TcpState::kSynRecv);
  Socket second = ListenerWith(ServerHost(), "second", ReusePort{});
  if (Cause("the first is closed")) first.Close();
  ASSERT_EQ(first.fd(), -1);

  EXPECT_THAT(client.Send("ping"), Returns(4));
  client.Await(TcpState::kClose);
  EXPECT_THAT(client.Recv(), FailsWith(ECONNRESET));
  EXPECT_EQ(Waiting(ServerHost()), 0U);
  EXPECT_THAT(Wire(), Shows(R"(
      client >  server  S   0:0(0)
      server >  client  S.  0:0(0) ack 1
      client >| server  .   1:1(0) ack 1
      client >  server  P.  1:5(4) ack 1
      server >  client  R   1:1(0)
      quiet 200ms
  )"));
}

SCENARIO(ReusePort, MigrationMovesRequestsToo,
         .verdict =
             "With tcp_migrate_req=1 a handshake that a closed listener began ends at "
             "another one of its port, and is accepted there.",
         .source = "ip-sysctl.rst, tcp_migrate_req (Linux 5.14); inet_reqsk_clone") {
  if (Cause("tcp_migrate_req")) ServerHost().sysctls().Set("net.ipv4.tcp_migrate_req", 1);
  Socket first = ListenerWith(ServerHost(), "server", ReusePort{});
  Fault lost = ServerHost().Drop(LastAck());
  Socket client = ClientHost().NewSocket("client");
  EXPECT_THAT(client.Connect(ServerHost()), Returns(0));
  AwaitPackets(IsFrom("client"), 2, "of the client's");
  ASSERT_EQ(ServersState(ServerHost(), client), TcpState::kSynRecv);
  Socket second = ListenerWith(ServerHost(), "second", ReusePort{});
  const Counters before = CountersOf(ServerHost());
  first.Close();

  EXPECT_THAT(client.Send("ping"), Returns(4));
  AwaitPackets(IsFrom("server"), 2, "of the server's");
  ASSERT_EQ(Waiting(ServerHost()), 1U);
  Socket server = second.Accept("server");
  EXPECT_THAT(server.Recv(), Receives("ping"));
  EXPECT_THAT(CountersOf(ServerHost()).Since(before),
              Contains(Pair("TcpExt.TCPMigrateReqSuccess", 1)));
  EXPECT_THAT(Wire(), Shows(R"(
      client >  server  S   0:0(0)
      server >  client  S.  0:0(0) ack 1
      client >| server  .   1:1(0) ack 1
      client >  server  P.  1:5(4) ack 1
      server >  client  .   1:1(0) ack 5
      quiet 200ms
  )"));
}

SCENARIO(ReusePort, RestartRefusesNobody,
         .verdict =
             "The new process listens before the old one stops: every client in between is "
             "accepted by one of them.",
         .source = "socket(7), SO_REUSEPORT; reuseport_add_sock, net/core/sock_reuseport.c",
         .outdated =
             "SO_REUSEPORT was doubted to be of use for a graceful restart; without it there is a "
             "moment without a listener.") {
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

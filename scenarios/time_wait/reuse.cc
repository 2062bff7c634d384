// SPDX-License-Identifier: GPL-2.0-or-later
// tcp_tw_reuse: a client that closed first connects to the same server from the same port again.
//
// Its own TIME-WAIT is in the way. Where the kernel chooses the port, it takes no such port, and
// without another one connect() fails with EADDRNOTAVAIL (__inet_hash_connect). With
// net.ipv4.tcp_tw_reuse = 1, or 2, the default, over loopback, the new connection takes the old
// one's place once that is a second old (tcp_twsk_unique, net/ipv4/tcp_ipv4.c; RFC 6191). Where
// bind(2) has chosen the port, neither the sysctl nor the second matters. Both need timestamps,
// which tell old segments from new ones; and both are about outgoing connections alone.
#include <chrono>

#include "scenarios/close/close.h"

namespace halfopen {
namespace {

using std::chrono::milliseconds;
using testing::Contains;
using testing::Pair;

const Deviation kReuseDelay = Known(
    {.since = {"6.14"},
     .reason = "a TIME-WAIT is reused when it is older than tcp_tw_reuse_delay (1000 ms), and not "
               "as soon as the next second of the clock has begun",
     .source = "commits 19ce8cd30465 and ca6a6f93867a; ip-sysctl.rst, tcp_tw_reuse_delay"});

constexpr char kReuseIsOfClients[] =
    "tcp_tw_reuse is no cure for a server's TIME-WAITs, as it is about connect() alone; its fellow "
    "tcp_tw_recycle is gone since Linux 4.12.";

constexpr char kClosed[] = R"(
    handshake
    client > server  F.  1:1(0) ack 1
    server > client  .   1:1(0) ack 2
    server > client  F.  1:1(0) ack 2
    client > server  .   2:2(0) ack 2
    quiet 200ms
)";

// The same, and then the wire is watched for more than a second.
constexpr char kClosedForASecond[] = R"(
    handshake
    client > server  F.  1:1(0) ack 1
    server > client  .   1:1(0) ack 2
    server > client  F.  1:1(0) ack 2
    client > server  .   2:2(0) ack 2
    quiet 1100ms
)";

constexpr char kConnectedAgain[] = R"(
    handshake
    client > server  F.  1:1(0) ack 1
    server > client  .   1:1(0) ack 2
    server > client  F.  1:1(0) ack 2
    client > server  .   2:2(0) ack 2
    handshake
    quiet 200ms
)";

// Leaves the kernel one port to choose for outgoing connections.
void LeaveOnePort(Host& host) {
  host.sysctls().Set("net.ipv4.ip_local_port_range", "40000\t40000");
}

SCENARIO(TimeWaitReuse, SamePortToTheSameServerIsRefused,
         .verdict =
             "A client that closed first cannot connect to the same server from the same port "
             "for a minute: connect() fails with EADDRNOTAVAIL.",
         .source = "ip-sysctl.rst, tcp_tw_reuse (2); __inet_check_established") {
  LeaveOnePort(ClientHost());
  auto [client, server] = Connect();
  ASSERT_EQ(CloseInOrder(client, server, Cause("the client closes first")).state,
            TcpState::kTimeWait);
  EXPECT_THAT(Wire(), Shows(kClosedForASecond));

  Socket listener = ServerHost().Listen();
  Socket again = ClientHost().NewSocket("client");
  EXPECT_THAT(again.Connect(ServerHost()), FailsWith(EADDRNOTAVAIL).AtOnce());
  EXPECT_EQ(client.Snapshot().state, TcpState::kTimeWait);
  EXPECT_THAT(Wire(), Shows(kClosed));
}

SCENARIO(TimeWaitReuse, BoundPortIsFreeAtOnce,
         .verdict =
             "A client that closed first and binds to its old port connects to the same "
             "server at once, whatever tcp_tw_reuse says, if it has timestamps.",
         .source = "tcp_twsk_unique without tw (net/ipv4/tcp_ipv4.c); RFC 6191",
         .outdated =
             "TIME-WAIT is said to block its port for a minute; with timestamps, bind() "
             "with SO_REUSEADDR and connect() take it over.") {
  ClientHost().sysctls().Set("net.ipv4.tcp_tw_reuse", 0);
  auto [client, server] = Connect(ReuseAddress{});
  ASSERT_EQ(CloseInOrder(client, server, Cause("the client closes first")).state,
            TcpState::kTimeWait);
  const Counters before = CountersOf(ClientHost());
  Socket listener = ServerHost().Listen();

  Socket again = ClientHost().NewSocket("client");
  if (Cause("the new socket sets SO_REUSEADDR, too")) again.Set(ReuseAddress{});
  ASSERT_THAT(again.Bind(client.local()), Returns(0));
  ASSERT_THAT(again.Connect(ServerHost()), Returns(0).AtOnce());
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), Contains(Pair("TcpExt.TWRecycled", 1)));
  EXPECT_THAT(Wire(), Shows(kConnectedAgain));
}

SCENARIO(TimeWaitReuse, BoundPortWithoutTimestampsIsRefused,
         .verdict =
             "Without TCP timestamps a socket bound to a port in TIME-WAIT cannot connect to "
             "the same server: EADDRNOTAVAIL.",
         .source = "tcp_twsk_unique (net/ipv4/tcp_ipv4.c); RFC 6191") {
  if (Cause("the connection has no timestamps")) {
    ClientHost().sysctls().Set("net.ipv4.tcp_timestamps", 0);
  }
  auto [client, server] = Connect(ReuseAddress{});
  ASSERT_EQ(CloseInOrder(client, server, Cause("the client closes first")).state,
            TcpState::kTimeWait);

  Socket listener = ServerHost().Listen();
  Socket again = ClientHost().NewSocket("client");
  again.Set(ReuseAddress{});
  EXPECT_THAT(again.Bind(client.local()), Returns(0));
  EXPECT_THAT(again.Connect(ServerHost()), FailsWith(EADDRNOTAVAIL).AtOnce());
  EXPECT_THAT(Wire(), Shows(kClosed));
}

SCENARIO(TimeWaitReuse, SamePortIsFreeAfterASecond,
         .verdict =
             "With tcp_tw_reuse = 1, connect() from a port in TIME-WAIT returns 0 when that is "
             "over a second old.",
         .source = "ip-sysctl.rst, tcp_tw_reuse (1); tcp_twsk_unique (net/ipv4/tcp_ipv4.c)",
         .outdated = kReuseIsOfClients) {
  if (Cause("tcp_tw_reuse is 1")) ClientHost().sysctls().Set("net.ipv4.tcp_tw_reuse", 1);
  LeaveOnePort(ClientHost());
  auto [client, server] = Connect();
  ASSERT_EQ(CloseInOrder(client, server, Cause("the client closes first")).state,
            TcpState::kTimeWait);
  const Counters before = CountersOf(ClientHost());
  Socket listener = ServerHost().Listen();
  EXPECT_THAT(Wire(), Shows(kClosedForASecond));

  Socket again = ClientHost().NewSocket("client");
  ASSERT_THAT(again.Connect(ServerHost()), Returns(0).AtOnce());
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), Contains(Pair("TcpExt.TWRecycled", 1)));
  EXPECT_THAT(Wire(), Shows(kConnectedAgain));
}

SCENARIO(TimeWaitReuse, SamePortIsRefusedWithinTheDelay,
         .verdict =
             "Even with tcp_tw_reuse = 1, connect() from a port in TIME-WAIT for less than "
             "tcp_tw_reuse_delay fails with EADDRNOTAVAIL.",
         .source = "ip-sysctl.rst, tcp_tw_reuse_delay; tcp_twsk_unique (net/ipv4/tcp_ipv4.c)") {
  OnlyWhere(kReuseDelay);
  SysctlTable& sysctls = ClientHost().sysctls();
  sysctls.Set("net.ipv4.tcp_tw_reuse", 1);
  // Without it the default of a second is over when the quiet one is.
  if (Cause("tcp_tw_reuse_delay is a minute")) sysctls.Set("net.ipv4.tcp_tw_reuse_delay", 60000);
  LeaveOnePort(ClientHost());
  auto [client, server] = Connect();
  ASSERT_EQ(CloseInOrder(client, server, Cause("the client closes first")).state,
            TcpState::kTimeWait);
  EXPECT_THAT(Wire(), Shows(kClosedForASecond));

  Socket listener = ServerHost().Listen();
  Socket again = ClientHost().NewSocket("client");
  EXPECT_THAT(again.Connect(ServerHost()), FailsWith(EADDRNOTAVAIL).AtOnce());
  EXPECT_THAT(Wire(), Shows(kClosed));
}

SCENARIO(TimeWaitReuse, WithoutTimestampsSamePortIsRefused,
         .verdict =
             "Without TCP timestamps tcp_tw_reuse = 1 is of no use: connect() from a port in "
             "TIME-WAIT fails with EADDRNOTAVAIL.",
         .source = "RFC 6191; tcp_twsk_unique (net/ipv4/tcp_ipv4.c)") {
  ClientHost().sysctls().Set("net.ipv4.tcp_tw_reuse", 1);
  if (Cause("the connection has no timestamps")) {
    ClientHost().sysctls().Set("net.ipv4.tcp_timestamps", 0);
  }
  LeaveOnePort(ClientHost());
  auto [client, server] = Connect();
  ASSERT_EQ(CloseInOrder(client, server, Cause("the client closes first")).state,
            TcpState::kTimeWait);
  EXPECT_THAT(Wire(), Shows(kClosedForASecond));

  Socket listener = ServerHost().Listen();
  Socket again = ClientHost().NewSocket("client");
  EXPECT_THAT(again.Connect(ServerHost()), FailsWith(EADDRNOTAVAIL).AtOnce());
  EXPECT_THAT(Wire(), Shows(kClosed));
}

SCENARIO(TimeWaitReuse, PortInFinWait2IsRefused,
         .verdict =
             "While the server has not closed, tcp_tw_reuse = 1 leaves the client's port alone: "
             "connect() from it fails with EADDRNOTAVAIL.",
         .source = "tcp_twsk_unique (net/ipv4/tcp_ipv4.c); RFC 9293 3.10.7.4") {
  ClientHost().sysctls().Set("net.ipv4.tcp_tw_reuse", 1);
  LeaveOnePort(ClientHost());
  auto [client, server] = Connect();
  Socket listener = ServerHost().Listen();
  if (Cause("the client closes")) client.Close();
  ASSERT_EQ(
      client.Await([](const auto& now) { return now.state != TcpState::kFinWait1; }, "FIN-WAIT-2")
          .state,
      TcpState::kFinWait2);
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  F.  1:1(0) ack 1
      server > client  .   1:1(0) ack 2
      quiet 1100ms
  )"));

  const TimePoint begin = Clock::now();
  Socket again = ClientHost().NewSocket("client");
  EXPECT_THAT(again.Connect(ServerHost()), FailsWith(EADDRNOTAVAIL).AtOnce());
  EXPECT_EQ(server.Snapshot().state, TcpState::kCloseWait);
  EXPECT_THAT(Wire().Since(begin), Shows("quiet 200ms"));
}

LOOPBACK_SCENARIO(TimeWaitReuse, SamePortIsFreeAfterASecondOverLoopback,
                  .verdict =
                      "tcp_tw_reuse = 2, the default, reuses a port in TIME-WAIT over "
                      "loopback: connect() returns 0 after a second.",
                  .source = "ip-sysctl.rst, tcp_tw_reuse (2); tcp_twsk_unique",
                  .outdated =
                      "tcp_tw_reuse is no longer 0 by default: since Linux 4.19 it is 2, on "
                      "for loopback.") {
  EXPECT_EQ(ClientHost().sysctls().Get("net.ipv4.tcp_tw_reuse"), "2");
  if (!Cause("tcp_tw_reuse is its default")) {
    ClientHost().sysctls().Set("net.ipv4.tcp_tw_reuse", 0);
  }
  LeaveOnePort(ClientHost());
  auto [client, server] = Connect();
  ASSERT_EQ(CloseInOrder(client, server, Cause("the client closes first")).state,
            TcpState::kTimeWait);
  EXPECT_THAT(Wire(), Shows(kClosedForASecond));

  Socket listener = ServerHost().Listen();
  Socket again = ClientHost().NewSocket("client");
  EXPECT_THAT(again.Connect(ServerHost()), Returns(0).AtOnce());
  EXPECT_EQ(again.Snapshot().state, TcpState::kEstablished);
}

}  // namespace
}  // namespace halfopen

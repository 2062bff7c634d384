// SPDX-License-Identifier: GPL-2.0-or-later
// Ephemeral ports that TIME-WAIT holds, and tcp_tw_reuse.
//
// The end that closes first keeps the connection's port for a minute. tcp_tw_reuse lets connect()
// take it again when timestamps tell the two connections' segments apart (RFC 6191): 0 never, 1
// always, 2 over loopback alone, which is the default since Linux 4.19 (ip-sysctl.rst). Even then
// only when the old connection has been silent for a second (tcp_twsk_unique; tcp_tw_reuse_delay
// since Linux 6.14).
#include "scenarios/connect/ports.h"

namespace halfopen {
namespace {

using testing::Contains;
using testing::Key;
using testing::Not;
using testing::Pair;

const Deviation kReuseDelay = Known(
    {.since = {"6.14"},
     .reason = "connect() takes a port in TIME-WAIT after tcp_tw_reuse_delay, 1000 ms, to the "
               "millisecond, and not once the next second of the kernel's clock has begun",
     .source = "commits 19ce8cd30465, ca6a6f93867a; ip-sysctl.rst, tcp_tw_reuse_delay()"});

constexpr char kClosedConnection[] = R"(
    handshake first > server
    first  > server  F.  1:1(0) ack 1
    server > first   .   1:1(0) ack 2
    server > first   F.  1:1(0) ack 2
    first  > server  .   2:2(0) ack 2
    quiet 1100ms
)";

// A connection that the client closes first, over the only port there is: TIME-WAIT.
void LeaveInTimeWait(Host& clients, Socket& listener) {
  Socket first = clients.NewSocket("first");
  EXPECT_THAT(first.Connect(listener.host()), Returns(0));
  Socket server = listener.Accept();
  first.Close();
  first.Await(TcpState::kFinWait2);
  server.Close();
  EXPECT_EQ(first.Await(TcpState::kTimeWait).timer, TimerKind::kTimeWait);
}

SCENARIO(
    TimeWaitPort, IsNotReusedBetweenHosts,
    .verdict =
        "A port in TIME-WAIT is not used again for the same destination: with no other "
        "one left connect() fails with EADDRNOTAVAIL.",
    .source = "ip-sysctl.rst, tcp_tw_reuse (2); tcp_twsk_unique(), __inet_check_established()") {
  if (Cause("one port in ip_local_port_range")) SetPortRange(ClientHost(), 40000, 40000);
  Socket listener = ServerHost().Listen();
  const Counters before = CountersOf(ClientHost());
  if (Cause("TIME-WAIT holds the port")) LeaveInTimeWait(ClientHost(), listener);
  EXPECT_THAT(Wire(), Shows(kClosedConnection));

  Socket second = ClientHost().NewSocket("second");
  EXPECT_THAT(second.Connect(ServerHost()), FailsWith(EADDRNOTAVAIL).AtOnce());
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), Not(Contains(Key("TcpExt.TWRecycled"))));
}

SCENARIO(TimeWaitPort, IsReusedAfterASecondWithTwReuse,
         .verdict =
             "With tcp_tw_reuse=1 connect() takes a port in TIME-WAIT again once a second has "
             "passed; before that EADDRNOTAVAIL.",
         .source = "ip-sysctl.rst, tcp_tw_reuse; RFC 6191; tcp_twsk_unique()") {
  SetPortRange(ClientHost(), 40000, 40000);
  if (Cause("tcp_tw_reuse = 1")) ClientHost().sysctls().Set("net.ipv4.tcp_tw_reuse", 1);
  Socket listener = ServerHost().Listen();
  const Counters before = CountersOf(ClientHost());
  if (Cause("TIME-WAIT holds the port")) LeaveInTimeWait(ClientHost(), listener);
  Socket second = ClientHost().NewSocket("second");
  if (Differs(kReuseDelay)) {
    EXPECT_THAT(second.Connect(ServerHost()), FailsWith(EADDRNOTAVAIL).AtOnce());
  }
  EXPECT_THAT(Wire(), Shows(kClosedConnection));

  ASSERT_THAT(second.Connect(ServerHost()), Returns(0).AtOnce());
  EXPECT_EQ(second.local().port, 40000);
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), Contains(Pair("TcpExt.TWRecycled", 1)));
}

LOOPBACK_SCENARIO(TimeWaitPort, IsReusedAfterASecondOverLoopback,
                  .verdict =
                      "Over loopback a port in TIME-WAIT is used again after a second without "
                      "any setting: tcp_tw_reuse is 2.",
                  .source = "ip-sysctl.rst, tcp_tw_reuse (2); tcp_twsk_unique()",
                  .outdated =
                      "tcp_tw_reuse was 0 before Linux 4.19; what is measured over loopback "
                      "today does not hold between hosts.") {
  SetPortRange(ClientHost(), 40000, 40000);
  Socket listener = ServerHost().Listen();
  const Counters before = CountersOf(ClientHost());
  if (Cause("TIME-WAIT holds the port")) LeaveInTimeWait(ClientHost(), listener);
  EXPECT_THAT(Wire(), Shows(kClosedConnection));

  Socket second = ClientHost().NewSocket("second");
  ASSERT_THAT(second.Connect(ServerHost()), Returns(0).AtOnce());
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), Contains(Pair("TcpExt.TWRecycled", 1)));
}

}  // namespace
}  // namespace halfopen

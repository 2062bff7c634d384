// SPDX-License-Identifier: GPL-2.0-or-later
// Ephemeral ports run out.
//
// connect() on an unbound socket takes a port of ip_local_port_range (32768 to 60999,
// ip-sysctl.rst) whose connection to this very destination is not in use yet (__inet_hash_connect):
// so the limit is one of each destination, and connect() fails with EADDRNOTAVAIL at once, before
// any SYN. bind() to port 0 takes a port for every destination, as it does not know the later one,
// and fails with EADDRINUSE; with IP_BIND_ADDRESS_NO_PORT (ip(7), since Linux 4.2) it fixes the
// address alone. The range belongs to the network namespace and holds for IPv6 too.
#include <netinet/in.h>

#include "scenarios/connect/ports.h"

namespace halfopen {
namespace {

constexpr int kIpLocalPortRange = 51;  // IP_LOCAL_PORT_RANGE, which older headers lack

const Deviation kPortRangeOption = Known(
    {.since = {"6.3"},
     .reason = "a socket may have a range of ephemeral ports of its own (IP_LOCAL_PORT_RANGE)",
     .source = "commit 91d0b78c5177; ip(7)"});

SCENARIO(EphemeralPorts, ConnectFailsWhenAllAreTaken,
         .verdict =
             "When every port of ip_local_port_range is connected to the destination, "
             "connect() fails with EADDRNOTAVAIL at once and no SYN goes out.",
         .source = "ip-sysctl.rst, ip_local_port_range; connect(2); __inet_hash_connect()") {
  if (Cause("two ports in ip_local_port_range")) SetPortRange(ClientHost(), 40000, 40001);
  Socket listener = ServerHost().Listen();
  Socket first = ClientHost().NewSocket("first");
  Socket second = ClientHost().NewSocket("second");
  EXPECT_THAT(first.Connect(ServerHost()), Returns(0));
  EXPECT_THAT(second.Connect(ServerHost()), Returns(0));

  Socket third = ClientHost().NewSocket("third");
  EXPECT_THAT(third.Connect(ServerHost()), FailsWith(EADDRNOTAVAIL).AtOnce());
  EXPECT_EQ(third.TakeError(), 0);
  EXPECT_EQ(third.Snapshot().state, TcpState::kClose);
  EXPECT_THAT(Wire(), Shows(R"(
      handshake first > server
      handshake second > server
      quiet 200ms
  )"));
}

SCENARIO(EphemeralPorts, AnotherDestinationHasThemAllAgain,
         .verdict =
             "Ports run out per destination: another port of the same server can be connected "
             "to from the same local port.",
         .source = "__inet_hash_connect(), __inet_check_established()") {
  if (Cause("one port in ip_local_port_range")) SetPortRange(ClientHost(), 40000, 40000);
  Socket listener = ServerHost().Listen(128, 80);
  Socket other_listener = ServerHost().Listen(128, 81);
  Socket first = ClientHost().NewSocket("first");
  EXPECT_THAT(first.Connect(ServerHost(), 80), Returns(0));
  Socket second = ClientHost().NewSocket("second");
  EXPECT_THAT(second.Connect(ServerHost(), 80), FailsWith(EADDRNOTAVAIL).AtOnce());

  EXPECT_THAT(second.Connect(ServerHost(), 81), Returns(0).AtOnce());
  EXPECT_EQ(second.local(), first.local());
  EXPECT_THAT(Wire(second), Shows(R"(
      handshake first > server
      quiet 200ms
  )"));
}

SCENARIO(EphemeralPorts, BindTakesAPortFromEveryDestination,
         .verdict =
             "bind() to port 0 fails with EADDRINUSE when every ephemeral port is bound, "
             "even to sockets that are not connected.",
         .source = "bind(2); inet_csk_find_open_port()") {
  if (Cause("one port in ip_local_port_range")) SetPortRange(ClientHost(), 40000, 40000);
  Socket first = ClientHost().NewSocket("first");
  EXPECT_THAT(first.Bind(0), Returns(0));
  Socket second = ClientHost().NewSocket("second");
  EXPECT_THAT(second.Bind(0), FailsWith(EADDRINUSE).AtOnce());

  first.Close();
  EXPECT_THAT(second.Bind(0), Returns(0));
  EXPECT_EQ(second.local().port, 40000);
  EXPECT_THAT(Wire(), Shows("quiet 200ms"));
}

SCENARIO(EphemeralPorts, BindAddressNoPortLeavesThePortToConnect,
         .verdict =
             "With IP_BIND_ADDRESS_NO_PORT bind() always succeeds; connect() fails with "
             "EADDRNOTAVAIL only once the destination's ports are used up.",
         .source = "ip(7), IP_BIND_ADDRESS_NO_PORT; __inet_bind(), __inet_hash_connect()") {
  SetPortRange(ClientHost(), 40000, 40000);
  Socket listener = ServerHost().Listen(128, 80);
  Socket other_listener = ServerHost().Listen(128, 81);
  Socket first = ClientHost().NewSocket("first");
  EXPECT_THAT(first.Connect(ServerHost(), 80), Returns(0));

  Socket second = ClientHost().NewSocket("second");
  if (Cause("IP_BIND_ADDRESS_NO_PORT")) {  // one option for both families
    second.SetOption(IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1, "IP_BIND_ADDRESS_NO_PORT");
  }
  ASSERT_THAT(second.Bind(0), Returns(0));
  EXPECT_EQ(second.local().port, 0);
  EXPECT_THAT(second.Connect(ServerHost(), 80), FailsWith(EADDRNOTAVAIL).AtOnce());
  EXPECT_THAT(second.Connect(ServerHost(), 81), Returns(0).AtOnce());
  EXPECT_EQ(second.local(), first.local());
}

SCENARIO(EphemeralPorts, SocketMayNarrowTheRange,
         .verdict =
             "IP_LOCAL_PORT_RANGE (since Linux 6.3) gives one socket a part of the range; when "
             "that is taken, its connect() fails with EADDRNOTAVAIL.",
         .source = "ip(7), IP_LOCAL_PORT_RANGE; inet_sk_get_local_port_range()") {
  OnlyWhere(kPortRangeOption);
  Socket listener = ServerHost().Listen();
  Socket first = ClientHost().NewSocket("first");
  Socket second = ClientHost().NewSocket("second");
  const bool narrow = Cause("IP_LOCAL_PORT_RANGE");
  for (Socket* socket : {&first, &second}) {
    if (narrow) {
      socket->SetOption(IPPROTO_IP, kIpLocalPortRange, 40000 << 16 | 40000, "IP_LOCAL_PORT_RANGE");
    }
  }
  EXPECT_THAT(first.Connect(ServerHost()), Returns(0));
  EXPECT_THAT(second.Connect(ServerHost()), FailsWith(EADDRNOTAVAIL).AtOnce());
  EXPECT_EQ(first.local().port, 40000);
  Socket third = ClientHost().NewSocket("third");
  EXPECT_THAT(third.Connect(ServerHost()), Returns(0)) << "the range of others is what it was";
  EXPECT_NE(third.local().port, 40000);
}

SCENARIO(EphemeralPorts, BoundPortIsFreeForOneConnectionToEachDestination,
         .verdict =
             "SO_REUSEADDR lets two sockets bind one port; the second connect() to the same "
             "destination fails with EADDRNOTAVAIL.",
         .source = "socket(7), SO_REUSEADDR; __inet_check_established()") {
  Socket listener = ServerHost().Listen();
  Socket first = ClientHost().NewSocket("first");
  Socket second = ClientHost().NewSocket("second");
  const bool reuse = Cause("SO_REUSEADDR");
  for (Socket* socket : {&first, &second}) {
    if (reuse) socket->Set(ReuseAddress{});
    ASSERT_THAT(socket->Bind(40000), Returns(0));
  }
  if (Cause("the first connects")) {
    EXPECT_THAT(first.Connect(ServerHost()), Returns(0));
  }

  EXPECT_THAT(second.Connect(ServerHost()), FailsWith(EADDRNOTAVAIL).AtOnce());
  EXPECT_THAT(Wire(), Shows(R"(
      handshake first > server
      quiet 200ms
  )"));
}

SCENARIO(EphemeralPorts, BoundPortIsInUseWithoutReuseAddress,
         .verdict =
             "Without SO_REUSEADDR a port that another socket has bound or connected from is "
             "EADDRINUSE at bind().",
         .source = "bind(2); inet_csk_get_port(), inet_csk_bind_conflict()") {
  Socket listener = ServerHost().Listen();
  Socket first = ClientHost().NewSocket("first");
  if (Cause("the first is connected from the port")) {
    ASSERT_THAT(first.Bind(40000), Returns(0));
    EXPECT_THAT(first.Connect(ServerHost()), Returns(0));
  }

  Socket second = ClientHost().NewSocket("second");
  EXPECT_THAT(second.Bind(40000), FailsWith(EADDRINUSE).AtOnce());
  EXPECT_THAT(Wire(), Shows(R"(
      handshake first > server
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen

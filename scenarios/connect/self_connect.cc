// SPDX-License-Identifier: GPL-2.0-or-later
// A socket connects to itself.
//
// A SYN from an address and port to the same address and port meets the very socket that sent it,
// in SYN-SENT: a simultaneous open with itself (RFC 9293 3.5), which succeeds. It needs no bind():
// a client that keeps trying a local service that is down, on a port of ip_local_port_range, will
// one day be given that very port. From then on it talks to itself, and the service cannot bind.
#include "scenarios/connect/ports.h"

namespace halfopen {
namespace {

constexpr std::uint16_t kPort = 40000;

constexpr char kSelfConnect[] = R"(
    self > self  S   0:0(0)
    self > self  S.  0:0(0) ack 1
    self > self  .   1:1(0) ack 1
    self > self  P.  1:5(4) ack 1
    self > self  .   5:5(0) ack 5
    quiet 200ms
)";

LOOPBACK_SCENARIO(SelfConnect, BoundSocketTalksToItself,
                  .verdict =
                      "A socket that connects to its own address and port succeeds and reads "
                      "what it writes.",
                  .source = "RFC 9293 3.5 (simultaneous open); tcp_rcv_synsent_state_process()") {
  Socket self = ClientHost().NewSocket("self");
  self.Bind(kPort);
  if (Cause("it connects to its own port")) {
    EXPECT_THAT(self.Connect(ClientHost(), kPort), Returns(0).AtOnce());
  }
  ASSERT_EQ(self.Snapshot().state, TcpState::kEstablished);
  EXPECT_EQ(self.local(), self.remote());
  EXPECT_THAT(self.Send("ping"), Returns(4));
  EXPECT_THAT(self.Recv(), Receives("ping"));
  EXPECT_THAT(Wire(), Shows(kSelfConnect));
}

LOOPBACK_SCENARIO(SelfConnect, EphemeralPortMeetsTheServersOwn,
                  .verdict =
                      "connect() to a dead local service on an ephemeral port may succeed: "
                      "to itself; the service then fails to bind with EADDRINUSE.",
                  .source = "ip-sysctl.rst, ip_local_port_range; __inet_hash_connect()") {
  if (Cause("the service's port is an ephemeral one")) SetPortRange(ClientHost(), kPort, kPort);
  Socket self = ClientHost().NewSocket("self");
  ASSERT_THAT(self.Connect(ClientHost(), kPort), Returns(0).AtOnce());
  EXPECT_EQ(self.local(), self.remote());
  EXPECT_THAT(self.Send("ping"), Returns(4));
  EXPECT_THAT(self.Recv(), Receives("ping"));

  Socket service = ServerHost().NewSocket("service");
  service.Set(ReuseAddress{});
  EXPECT_THAT(service.Bind(kPort), FailsWith(EADDRINUSE));
  EXPECT_THAT(Wire(), Shows(kSelfConnect));
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// Unacknowledged data: keepalive does not run, retransmission does.
//
// While a segment is in flight tcp_keepalive_timer sends nothing and only arms itself again ("It is
// alive without keepalive"): the retransmission timer is in charge, and tcp_retries2 or
// TCP_USER_TIMEOUT decides when the connection ends. `ss -o` shows that timer, "on". So keepalive
// does not bound how long a dead peer goes unnoticed by an application that writes.
#include <poll.h>

#include "scenarios/keepalive/probes.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Key;
using testing::Not;

SCENARIO(KeepaliveTimer, DoesNotRunWhileDataIsUnacknowledged,
         .verdict =
             "While data is unacknowledged keepalive sends nothing: the retransmission timer is in "
             "charge, however long that takes.",
         .source = "tcp_keepalive_timer(); tcp(7)") {
  const Keepalive ka = Times().keepalive;
  // By default retransmission gives up after 924 s, long before keepalive's default idle time.
  ClientHost().sysctls().Set("net.ipv4.tcp_retries2", 100);
  // Without tail loss probes each repetition is the retransmission timer's, and counted there.
  ClientHost().sysctls().Set("net.ipv4.tcp_early_retrans", 0);
  const Counters before = CountersOf(ClientHost());
  auto [client, server] = Connect(ka);
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));

  EXPECT_THAT(client.Send("ping"), Returns(4));
  ASSERT_EQ(client.Snapshot().timer, TimerKind::kOn);
  // The application's own timer: it waits for an answer as long as keepalive would have lasted.
  EXPECT_THAT(client.Poll(POLLIN, ka.Expiry()), Returns(0));

  const SocketSnapshot now = client.Snapshot();
  EXPECT_EQ(now.state, TcpState::kEstablished);
  EXPECT_EQ(now.timer, TimerKind::kOn);
  EXPECT_THAT(
      CountersOf(ClientHost()).Since(before),
      AllOf(Contains(Key("TcpExt.TCPTimeouts")), Not(Contains(Key("TcpExt.TCPKeepAlive")))));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client >| server  P.  1:5(4) ack 1
      client >| server  P.  1:5(4) ack 1  *again
  )",
                            Bind("again", static_cast<int>(now.retransmits))));
}

}  // namespace
}  // namespace halfopen

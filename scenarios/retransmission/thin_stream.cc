// SPDX-License-Identifier: GPL-2.0-or-later
// Linear timeouts for a thin stream: six retransmissions before the interval doubles.
//
// A stream with fewer than four packets in flight rarely gets enough duplicate acknowledgments for
// a fast retransmission. With tcp_thin_linear_timeouts the retransmission timeout of such a stream
// stays as it is for six retransmissions (TCP_THIN_LINEAR_RETRIES) and doubles only then
// (tcp_retransmit_timer; tcp-thin.rst). How long the connection lives is not changed by that:
// tcp_retries2 is a time.
#include "scenarios/retransmission/retransmission.h"

namespace halfopen {
namespace {

SCENARIO(ThinStream, LinearTimeoutsPutOffTheDoubling,
         .verdict =
             "With tcp_thin_linear_timeouts a thin stream is sent again six times at the same "
             "interval before that doubles: an outage of seconds is over sooner.",
         .source = "ip-sysctl.rst, tcp_thin_linear_timeouts; tcp_retransmit_timer") {
  if (Cause("the timeouts of thin streams are linear")) {
    ClientHost().sysctls().Set("net.ipv4.tcp_thin_linear_timeouts", 1);
  }
  ClientHost().sysctls().Set("net.ipv4.tcp_early_retrans", 0);
  ClientHost().sysctls().Set("net.ipv4.tcp_retries2", 15);  // no one gives up meanwhile
  auto [client, server] = Connect();
  const Duration rto = client.Snapshot().rto;
  Fault dark = ServerHost().Drop(Input().ToPort(80).TcpFlags(kPsh, kPsh).First(8));

  EXPECT_THAT(client.Send("ping"), Returns(4));
  EXPECT_THAT(server.Recv(), Receives("ping"));

  EXPECT_THAT(Wire(), Shows(R"(
                handshake
                client >| server  P.  1:5(4) ack 1
      +rto      client >| server  P.  1:5(4) ack 1  *7
      +doubled  client >  server  P.  1:5(4) ack 1
                server >  client  .   1:1(0) ack 5
      quiet 200ms
  )",
                            Bind("rto", rto), Bind("doubled", 2 * rto)));
}

}  // namespace
}  // namespace halfopen

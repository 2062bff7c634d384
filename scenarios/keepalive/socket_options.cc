// SPDX-License-Identifier: GPL-2.0-or-later
// Keepalive expiry: the peer has silently gone while a read blocks.
//
// After `idle` without a sign of life Linux sends a keepalive probe: an empty segment one byte
// below snd_una, which a living peer must acknowledge (RFC 9293 3.8.4, tcp_write_wakeup in
// net/ipv4/tcp_output.c). After `probes` unanswered ones, and one interval more, the connection is
// given up: RST to the peer, ETIMEDOUT to the application (tcp_keepalive_timer).
#include "harness/scenario.h"

namespace halfopen {
namespace {

SCENARIO(KeepaliveExpiry, BlockedReadTimesOutAfterTheLastProbe) {
  auto [client, server] = Connect();
  const Keepalive ka = Times().keepalive;
  client.Set(ka);
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));

  EXPECT_THAT(client.Recv(), FailsWith(ETIMEDOUT).After(ScheduleOf(ka)));
  EXPECT_THAT(client.Recv(), EndsStream());
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      +idle      client >| server  .   0:0(0) ack 1
      +interval  client >| server  .   0:0(0) ack 1  *more
      +interval  client >| server  R.  1:1(0) ack 1
  )",
                            Bind("idle", ka.idle), Bind("interval", ka.interval),
                            Bind("more", ka.probes - 1)));
}

}  // namespace
}  // namespace halfopen

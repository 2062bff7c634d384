// SPDX-License-Identifier: GPL-2.0-or-later
// Keepalive expiry: the peer has silently gone while a read blocks.
//
// After `idle` without a sign of life Linux sends a keepalive probe: an empty segment one byte
// below snd_una, which a living peer must acknowledge (RFC 9293 3.8.4, tcp_write_wakeup in
// net/ipv4/tcp_output.c). After `probes` unanswered ones, and one interval more, the connection is
// given up: RST to the peer, ETIMEDOUT to the application (tcp_keepalive_timer). Between probes
// `ss -o` shows timer:(keepalive,…,n) with the n that are unanswered (sock_diag(7)).
#include "scenarios/keepalive/probes.h"

namespace halfopen {
namespace {

SCENARIO(KeepaliveExpiry, BlockedReadTimesOutAfterTheLastProbe,
         .verdict =
             "A blocked recv() fails with ETIMEDOUT after idle + probes x interval without a sign "
             "of life, and a RST goes to the peer.",
         .source = "tcp(7), TCP_KEEPIDLE; RFC 9293 3.8.4; tcp_keepalive_timer()") {
  const Keepalive ka = Times().keepalive;
  const Counters before = CountersOf(ClientHost());
  const TimePoint begin = Clock::now();
  auto [client, server] = Connect(ka);
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));

  PendingCall read = client.StartRecv();
  EXPECT_THAT(client.Snapshot(), ShowsKeepaliveTimer(0));
  for (int probe = 1; probe <= ka.probes; ++probe) {
    AwaitPackets(IsClientProbe, static_cast<std::size_t>(probe), "keepalive probes");
    ASSERT_THAT(AwaitKeepaliveTimer(client), ShowsKeepaliveTimer(probe));
  }

  EXPECT_THAT(read.Wait(), FailsWith(ETIMEDOUT).After(ScheduleOf(ka)).Since(begin));
  EXPECT_THAT(client.Recv(), EndsStream());
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));
  EXPECT_EQ(client.Snapshot().state, TcpState::kClose);
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), CountExpiryAfter(ka.probes));

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      +idle      client >| server  .   0:0(0) ack 1
      +interval  client >| server  .   0:0(0) ack 1  *more
      +interval  client >| server  R.  1:1(0) ack 1
      quiet 200ms
  )",
                            Bind("idle", ka.idle), Bind("interval", ka.interval),
                            Bind("more", ka.probes - 1)));
}

}  // namespace
}  // namespace halfopen

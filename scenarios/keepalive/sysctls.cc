// SPDX-License-Identifier: GPL-2.0-or-later
// Keepalive expiry by the namespace's sysctls: the application only switches SO_KEEPALIVE on.
//
// tcp_keepalive_time, _intvl and _probes (Documentation/networking/ip-sysctl.rst, tcp(7)) hold for
// each socket that has not set TCP_KEEPIDLE, TCP_KEEPINTVL or TCP_KEEPCNT; they are of the network
// namespace. They are read whenever the timer is armed: a timer that runs already keeps its time,
// so they are set before the connection is made.
#include "scenarios/keepalive/probes.h"

namespace halfopen {
namespace {

SCENARIO(KeepaliveExpiry, SysctlsDecideWhereNoSocketOptionDoes,
         .verdict =
             "With SO_KEEPALIVE alone the namespace's tcp_keepalive_time, _intvl and _probes "
             "decide when recv() fails with ETIMEDOUT.",
         .source = "ip-sysctl.rst, tcp_keepalive_time; tcp(7)") {
  const Keepalive ka = Times().keepalive;
  SetKeepaliveSysctls(ClientHost(), ka);
  const Counters before = CountersOf(ClientHost());
  const TimePoint begin = Clock::now();
  auto [client, server] = Connect(KeepaliveOn{});
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));

  PendingCall read = client.StartRecv();
  ASSERT_LE(client.Snapshot().timer_expires, ka.idle);
  AwaitPackets(IsClientProbe, 1, "keepalive probe");
  ASSERT_THAT(AwaitKeepaliveTimer(client), ShowsKeepaliveTimer(1));

  EXPECT_THAT(read.Wait(), FailsWith(ETIMEDOUT).After(ScheduleOf(ka)).Since(begin));
  EXPECT_THAT(client.Recv(), EndsStream());
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));
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

// SPDX-License-Identifier: GPL-2.0-or-later
// Keepalive expiry over loopback: the topology in which most published results were obtained.
//
// Both ends share one host, so one ruleset, one set of counters and the queue of one interface. A
// rule that drops what goes to the server's port breaks one direction only. TCP does not tell
// loopback from a link here: same probes, same RST, same ETIMEDOUT as between two hosts.
#include "scenarios/keepalive/probes.h"

namespace halfopen {
namespace {

LOOPBACK_SCENARIO(KeepaliveExpiry, LoopbackIsNoException,
                  .verdict =
                      "Over loopback keepalive expires as between two hosts: probes, a RST, and "
                      "the blocked recv() fails with ETIMEDOUT.",
                  .source = "tcp_keepalive_timer()") {
  const Keepalive ka = Times().keepalive;
  const Counters before = CountersOf(ClientHost());
  const TimePoint begin = Clock::now();
  auto [client, server] = Connect(ka);
  Fault dark = ServerHost().Drop(Input().ToPort(80));

  PendingCall read = client.StartRecv();
  PendingCall peer_read = server.StartRecv();
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
  EXPECT_FALSE(peer_read.Done());
  EXPECT_EQ(server.Snapshot().state, TcpState::kEstablished);
}

}  // namespace
}  // namespace halfopen

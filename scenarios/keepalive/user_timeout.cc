// SPDX-License-Identifier: GPL-2.0-or-later
// Keepalive with TCP_USER_TIMEOUT: the time decides, and no longer the number of probes.
//
// Where TCP_USER_TIMEOUT is set, tcp_keepalive_timer ignores TCP_KEEPCNT and gives up as soon as
// the peer has been silent for that time (tcp(7), RFC 5482). But it looks only when a probe is due,
// and one probe always goes first (icsk_probes_out > 0): the connection ends with the first due
// time of a probe, from the second on, that finds the time over, never between two.
#include "scenarios/keepalive/probes.h"

namespace halfopen {
namespace {

// Half an interval beyond the second probe; it is found to be over when the third is due.
UserTimeout BeyondTheSecondProbe(const Keepalive& ka) {
  return {ka.idle + std::chrono::milliseconds(ka.interval) * 3 / 2};
}

SCENARIO(KeepaliveUserTimeout, EndsBeforeAllProbesWereSent) {
  const Keepalive ka = Times().keepalive;
  const Counters before = CountersOf(ClientHost());
  const TimePoint begin = Clock::now();
  auto [client, server] = Connect(ka);
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));
  if (Cause("the client sets TCP_USER_TIMEOUT")) client.Set(BeyondTheSecondProbe(ka));
  const int probes = 2;

  PendingCall read = client.StartRecv();
  AwaitPackets(IsClientProbe, probes, "keepalive probes");
  ASSERT_THAT(AwaitKeepaliveTimer(client), ShowsKeepaliveTimer(probes));

  EXPECT_THAT(read.Wait(),
              FailsWith(ETIMEDOUT).After({ka.idle, ka.interval, ka.interval}).Since(begin));
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), CountExpiryAfter(probes));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      +idle      client >| server  .   0:0(0) ack 1
      +interval  client >| server  .   0:0(0) ack 1
      +interval  client >| server  R.  1:1(0) ack 1
      quiet 200ms
  )",
                            Bind("idle", ka.idle), Bind("interval", ka.interval)));
}

SCENARIO(KeepaliveUserTimeout, SendsMoreProbesThanTheCountSays) {
  Keepalive ka = Times().keepalive;
  ka.probes = 1;
  const Counters before = CountersOf(ClientHost());
  const TimePoint begin = Clock::now();
  auto [client, server] = Connect(ka);
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));
  if (Cause("the client sets TCP_USER_TIMEOUT")) client.Set(BeyondTheSecondProbe(ka));
  const int probes = 2;

  PendingCall read = client.StartRecv();
  AwaitPackets(IsClientProbe, 1, "keepalive probe");
  ASSERT_THAT(AwaitKeepaliveTimer(client), ShowsKeepaliveTimer(1));

  EXPECT_THAT(read.Wait(),
              FailsWith(ETIMEDOUT).After({ka.idle, ka.interval, ka.interval}).Since(begin));
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), CountExpiryAfter(probes));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      +idle      client >| server  .   0:0(0) ack 1
      +interval  client >| server  .   0:0(0) ack 1
      +interval  client >| server  R.  1:1(0) ack 1
      quiet 200ms
  )",
                            Bind("idle", ka.idle), Bind("interval", ka.interval)));
}

SCENARIO(KeepaliveUserTimeout, ShorterThanIdleStillWaitsForOneProbe) {
  const Keepalive ka = Times().keepalive;
  const Counters before = CountersOf(ClientHost());
  const TimePoint begin = Clock::now();
  auto [client, server] = Connect(ka);
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));
  if (Cause("the client sets TCP_USER_TIMEOUT")) {
    client.Set(UserTimeout{std::chrono::milliseconds(ka.idle) / 2});
  }

  PendingCall read = client.StartRecv();
  AwaitPackets(IsClientProbe, 1, "keepalive probe");
  ASSERT_THAT(AwaitKeepaliveTimer(client), ShowsKeepaliveTimer(1));

  EXPECT_THAT(read.Wait(), FailsWith(ETIMEDOUT).After({ka.idle, ka.interval}).Since(begin));
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), CountExpiryAfter(1));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      +idle      client >| server  .   0:0(0) ack 1
      +interval  client >| server  R.  1:1(0) ack 1
      quiet 200ms
  )",
                            Bind("idle", ka.idle), Bind("interval", ka.interval)));
}

}  // namespace
}  // namespace halfopen

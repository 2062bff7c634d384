// SPDX-License-Identifier: GPL-2.0-or-later
// Keepalive with TCP_USER_TIMEOUT: the time decides, and no longer the number of probes.
//
// Where TCP_USER_TIMEOUT is set, tcp_keepalive_timer ignores TCP_KEEPCNT and gives up as soon as
// the peer has been silent for that time (tcp(7), RFC 5482). But it looks only when a probe is due,
// and one probe always goes first (icsk_probes_out > 0): the connection ends with the first due
// time of a probe, from the second on, that finds the time over, never between two. It is also read
// afresh each time, so it may be set while probes are going out.
#include <algorithm>
#include <chrono>
#include <vector>

#include "scenarios/keepalive/probes.h"

namespace halfopen {
namespace {

// Waits for the first probe and then sets a user timeout that is over half an interval beyond the
// second one, so that it is found to be over when the third is due. It cannot be set sooner: the
// idle time's timer may be as late as several intervals (131 s at 7200 s and HZ=250), and the time
// since the peer's last sign of life, the SYN-ACK, goes on with it.
void EndHalfAnIntervalBeyondTheSecondProbe(Socket& client, const WireView& wire,
                                           Duration interval) {
  const std::vector<WirePacket> packets = wire.Packets();
  const auto probe = std::ranges::find_if(packets, IsClientProbe);
  const Duration silence = probe->time - packets.front().time;
  client.Set(
      UserTimeout{std::chrono::floor<std::chrono::milliseconds>(silence + interval * 3 / 2)});
}

SCENARIO(KeepaliveUserTimeout, EndsBeforeAllProbesWereSent,
         .verdict =
             "TCP_USER_TIMEOUT replaces TCP_KEEPCNT: recv() fails with ETIMEDOUT at the first "
             "probe's time that finds it over.",
         .source = "tcp(7), TCP_USER_TIMEOUT; RFC 5482; tcp_keepalive_timer()") {
  const Keepalive ka = Times().keepalive;
  const Counters before = CountersOf(ClientHost());
  const TimePoint begin = Clock::now();
  auto [client, server] = Connect(ka);
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));

  PendingCall read = client.StartRecv();
  AwaitPackets(IsClientProbe, 1, "keepalive probe");
  ASSERT_THAT(AwaitKeepaliveTimer(client), ShowsKeepaliveTimer(1));
  if (Cause("the client sets TCP_USER_TIMEOUT")) {
    EndHalfAnIntervalBeyondTheSecondProbe(client, Wire(), ka.interval);
  }

  EXPECT_THAT(read.Wait(),
              FailsWith(ETIMEDOUT).After({ka.idle, ka.interval, ka.interval}).Since(begin));
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), CountExpiryAfter(2));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      +idle      client >| server  .   0:0(0) ack 1
      +interval  client >| server  .   0:0(0) ack 1
      +interval  client >| server  R.  1:1(0) ack 1
      quiet 200ms
  )",
                            Bind("idle", ka.idle), Bind("interval", ka.interval)));
}

SCENARIO(KeepaliveUserTimeout, SendsMoreProbesThanTheCountSays,
         .verdict =
             "With a long TCP_USER_TIMEOUT more probes go out than TCP_KEEPCNT says, before recv() "
             "fails with ETIMEDOUT.",
         .source = "tcp(7), TCP_USER_TIMEOUT; tcp_keepalive_timer()") {
  Keepalive ka = Times().keepalive;
  ka.probes = 1;
  const Counters before = CountersOf(ClientHost());
  const TimePoint begin = Clock::now();
  auto [client, server] = Connect(ka);
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));

  PendingCall read = client.StartRecv();
  AwaitPackets(IsClientProbe, 1, "keepalive probe");
  ASSERT_THAT(AwaitKeepaliveTimer(client), ShowsKeepaliveTimer(1));
  if (Cause("the client sets TCP_USER_TIMEOUT")) {
    EndHalfAnIntervalBeyondTheSecondProbe(client, Wire(), ka.interval);
  }

  EXPECT_THAT(read.Wait(),
              FailsWith(ETIMEDOUT).After({ka.idle, ka.interval, ka.interval}).Since(begin));
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), CountExpiryAfter(2));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      +idle      client >| server  .   0:0(0) ack 1
      +interval  client >| server  .   0:0(0) ack 1
      +interval  client >| server  R.  1:1(0) ack 1
      quiet 200ms
  )",
                            Bind("idle", ka.idle), Bind("interval", ka.interval)));
}

SCENARIO(KeepaliveUserTimeout, ShorterThanIdleStillWaitsForOneProbe,
         .verdict =
             "A TCP_USER_TIMEOUT below the idle time ends nothing early: one probe always goes "
             "first, then recv() fails with ETIMEDOUT.",
         .source = "tcp_keepalive_timer(), icsk_probes_out") {
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

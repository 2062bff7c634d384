// SPDX-License-Identifier: GPL-2.0-or-later
// A FIN that is lost is sent again, as data would be; the application has closed and knows nothing.
//
// The tail loss probe sends it first, the retransmission timer after it, both from the handshake's
// round trip plus 200 ms on (tcp_schedule_loss_probe; RFC 6298, RFC 8985 7). An orphan has
// tcp_orphan_retries for that, 8 if it is 0, and then is forgotten without a word: the peer never
// hears of the end and stays ESTABLISHED, half-open (RFC 9293 3.5.1).
#include "scenarios/close/close.h"
#include "scenarios/forgotten.h"
#include "scenarios/retransmission/retransmission.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Key;
using testing::Not;
using testing::Pair;

SCENARIO(LostFin, IsSentAgainAndClosesThePeersStream,
         .verdict =
             "A lost FIN is sent again after some 200 ms; close() has long returned 0, and "
             "the peer's read returns 0 that much later.",
         .source = "RFC 9293 3.6; RFC 8985 7; tcp_schedule_loss_probe") {
  auto [client, server] = Connect();
  const Counters before = CountersOf(ClientHost());
  const Duration rto = client.Snapshot().rto;
  Fault lost = ServerHost().Drop(FromClient(ClientHost()).First(1));

  PendingCall read = server.StartRecv();
  const Call closed = client.Close();
  EXPECT_THAT(closed, Returns(0).AtOnce());
  const SocketSnapshot orphan = client.Snapshot();
  ASSERT_EQ(orphan.state, TcpState::kFinWait1);
  EXPECT_EQ(orphan.timer, TimerKind::kOn);
  EXPECT_THAT(read.Wait(), EndsStream());
  EXPECT_EQ(client.Await(TcpState::kFinWait2).timer, TimerKind::kTimeWait);
  EXPECT_EQ(server.Snapshot().state, TcpState::kCloseWait);

  EXPECT_THAT(Wire(), Shows(R"(
            handshake
            client >| server  F.  1:1(0) ack 1
      +rto  client >  server  F.  1:1(0) ack 1
            server >  client  .   1:1(0) ack 2
      quiet 200ms
  )",
                            Bind("rto", rto)));
  EXPECT_THAT(
      CountersOf(ClientHost()).Since(before),
      AllOf(Contains(Pair("TcpExt.TCPLossProbes", 1)), Not(Contains(Key("TcpExt.TCPTimeouts")))));
}

SCENARIO(LostFin, LostForGoodLeavesThePeerEstablished,
         .verdict =
             "A FIN that never arrives is given up after tcp_orphan_retries, without a RST; "
             "the peer stays ESTABLISHED and its read blocks for ever.",
         .source = "ip-sysctl.rst, tcp_orphan_retries; tcp_write_timeout (net/ipv4/tcp_timer.c)") {
  auto [client, server] = Connect();
  const Counters before = CountersOf(ClientHost());
  const auto timers = SingleSegmentSchedule(client.Snapshot().rto, OrphanRetries(Times()));
  const int again = static_cast<int>(timers.size()) - 1;
  Fault dark = ServerHost().Drop(FromClient(ClientHost()));

  PendingCall read = server.StartRecv();
  const Call closed = client.Close();
  EXPECT_THAT(closed, Returns(0).AtOnce());
  ASSERT_EQ(client.Snapshot().state, TcpState::kFinWait1);
  ExpectForgottenAfter(timers, closed, client);
  EXPECT_FALSE(read.Done());
  EXPECT_EQ(server.Snapshot().state, TcpState::kEstablished);
  EXPECT_EQ(server.Snapshot().timer, TimerKind::kOff);

  EXPECT_THAT(Wire(), Shows(R"(
                handshake
                client >| server  F.  1:1(0) ack 1
      +backoff  client >| server  F.  1:1(0) ack 1  *again
      quiet 200ms
  )",
                            Bind("backoff", WithoutLast(timers)), Bind("again", again)));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), CountsATimeoutAfter(again));
}

}  // namespace
}  // namespace halfopen

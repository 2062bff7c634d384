// SPDX-License-Identifier: GPL-2.0-or-later
// Unacknowledged data: the peer is gone, and the writer learns it after a quarter of an hour.
//
// send() has long returned. The tail loss probe sends the segment again (RFC 8985 7; for a single
// segment it waits as long as the retransmission timeout, tcp_schedule_loss_probe), then the
// retransmission timer does, from the handshake's round trip plus 200 ms (TCP_RTO_MIN; RFC 6298 2.4
// asks for 1 s) doubled up to 120 s. tcp_retries2 counts no packets: tcp_write_timeout turns it
// into the time that so many retransmissions from 200 ms on would take, 924.6 s for 15
// (ip-sysctl.rst), and asks whether it is over when a timer fires, so that a connection ends later
// than that. Nothing is sent then, neither FIN nor RST, and the next call is told ETIMEDOUT, once.
// The peer, if it lives, stays ESTABLISHED without a timer: half-open.
#include <poll.h>

#include "scenarios/retransmission/retransmission.h"

namespace halfopen {
namespace {

SCENARIO(DeadPeer, UnacknowledgedDataTimesOutByRetries2,
         .verdict =
             "Data to a dead peer is retransmitted until the time of tcp_retries2 is over (924.6 s "
             "for 15); then the next call fails with ETIMEDOUT, once.",
         .source = "ip-sysctl.rst, tcp_retries2; RFC 6298; tcp_write_timeout()",
         .outdated =
             "tcp_retries2 is taken for a number of retransmissions: it is a time, that of so many "
             "from 200 ms on.") {
  auto [client, server] = Connect();
  const Counters before = CountersOf(ClientHost());
  const Duration rto = client.Snapshot().rto;
  const auto schedule = SingleSegmentSchedule(rto, Times().retries2);
  const int again = static_cast<int>(schedule.size()) - 1;
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));

  const Call sent = client.Send("ping");
  EXPECT_THAT(sent, Returns(4));
  for (int retransmits = 1; retransmits < again; ++retransmits) {
    ASSERT_THAT(AwaitRetransmission(client, retransmits),
                ShowsRetransmissionTimer(retransmits, rto));
  }
  EXPECT_THAT(client.Poll(POLLIN), Returns(1).After(schedule).Since(sent.begin));
  EXPECT_THAT(client.Send("ping"), FailsWith(ETIMEDOUT));
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));

  EXPECT_THAT(Wire(),
              Shows(kLostSegment, Bind("backoff", WithoutLast(schedule)), Bind("again", again)));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), CountsATimeoutAfter(again));
  EXPECT_EQ(server.Snapshot().state, TcpState::kEstablished);
  EXPECT_EQ(server.Snapshot().timer, TimerKind::kOff);
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// Unacknowledged data with TCP_USER_TIMEOUT: it takes the place of tcp_retries2, either way.
//
// tcp(7) says how long transmitted data may remain unacknowledged. The kernel counts from the first
// retransmission (retrans_stamp), so that the first timeout and the tail loss probe's come on top;
// it cuts the timer so that it fires when the time is over (tcp_clamp_rto_to_user_timeout, since
// Linux 4.19), and no retransmission goes out then. A time beyond that of tcp_retries2 prolongs the
// connection.
#include <chrono>

#include "scenarios/retransmission/retransmission.h"

namespace halfopen {
namespace {

using namespace std::chrono_literals;

void ExpectTimedOut(Socket& client, const WireView& wire, const std::vector<Duration>& schedule) {
  const int again = static_cast<int>(schedule.size()) - 1;
  const Counters before = Counters::Read(client.host().network());
  const Call sent = client.Send("ping");
  EXPECT_THAT(sent, Returns(4));
  for (int retransmits = 1; retransmits < again; ++retransmits) {
    const SocketSnapshot now = AwaitRetransmission(client, retransmits);
    ASSERT_EQ(now.retransmits, static_cast<unsigned>(retransmits)) << now;
  }
  EXPECT_THAT(client.Recv(), FailsWith(ETIMEDOUT).After(schedule).Since(sent.begin));
  EXPECT_THAT(wire,
              Shows(kLostSegment, Bind("backoff", WithoutLast(schedule)), Bind("again", again)));
  EXPECT_THAT(Counters::Read(client.host().network(), client.host().name()).Since(before),
              CountsATimeoutAfter(again));
}

SCENARIO(DeadPeer, UserTimeoutEndsBeforeRetries2,
         .verdict =
             "TCP_USER_TIMEOUT ends a connection to a dead peer with ETIMEDOUT when it is over, "
             "counted from the first retransmission.",
         .source = "tcp(7), TCP_USER_TIMEOUT; tcp_clamp_rto_to_user_timeout()") {
  auto [client, server] = Connect();
  const auto schedule = SingleSegmentSchedule(client.Snapshot().rto, Times().retries2, 1s);
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));
  if (Cause("the client sets TCP_USER_TIMEOUT")) client.Set(UserTimeout{1s});
  ExpectTimedOut(client, Wire(), schedule);
}

SCENARIO(DeadPeer, UserTimeoutOutlastsRetries2,
         .verdict =
             "A TCP_USER_TIMEOUT beyond the time of tcp_retries2 prolongs a connection to a dead "
             "peer until ETIMEDOUT.",
         .source = "tcp(7), TCP_USER_TIMEOUT; tcp_write_timeout()") {
  auto [client, server] = Connect();
  const UserTimeout longer{profile() == Profile::kFast ? 4s : 1260s};
  const auto schedule = SingleSegmentSchedule(client.Snapshot().rto, Times().retries2, longer.time);
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));
  if (Cause("the client sets TCP_USER_TIMEOUT")) client.Set(longer);
  ExpectTimedOut(client, Wire(), schedule);
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// What TCP_USER_TIMEOUT counts from, and what it does not care about.
//
// It is no deadline of a write. Only the retransmission timer looks at it, and only from the second
// time on (retransmits_timed_out): the time runs from the first retransmission (retrans_stamp),
// before which a tail loss probe and a retransmission each wait for the retransmission timeout. So
// 50 ms are 450 ms. Set while data is in flight it changes no running timer, and is found to be
// over when that fires. More data does not restart it; an acknowledgment of what was sent again
// does (tcp_clean_rtx_queue).
#include <poll.h>

#include <chrono>

#include "scenarios/retransmission/retransmission.h"

namespace halfopen {
namespace {

using namespace std::chrono_literals;

SCENARIO(
    DeadPeer, UserTimeoutShorterThanARoundTripTimeoutStillSendsTwice,
    .verdict =
        "A TCP_USER_TIMEOUT of 50 ms ends a write to a dead peer with ETIMEDOUT only "
        "50 ms after the first retransmission, which follows a tail loss probe.",
    .source = "tcp(7) TCP_USER_TIMEOUT; retransmits_timed_out, tcp_clamp_rto_to_user_timeout") {
  auto [client, server] = Connect();
  const auto schedule = SingleSegmentSchedule(client.Snapshot().rto, Times().retries2, 50ms);
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));
  if (Cause("the client sets TCP_USER_TIMEOUT")) client.Set(UserTimeout{50ms});

  const Call sent = client.Send("ping");
  EXPECT_THAT(sent, Returns(4));
  EXPECT_THAT(client.Poll(POLLIN, 5s), Returns(1).After(schedule).Since(sent.begin));
  EXPECT_THAT(client.Send("ping"), FailsWith(ETIMEDOUT));
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));

  EXPECT_THAT(Wire(),
              Shows(kLostSegment, Bind("backoff", WithoutLast(schedule)), Bind("again", 2)));
}

SCENARIO(DeadPeer, UserTimeoutSetInFlightWaitsForTheRunningTimer,
         .verdict =
             "TCP_USER_TIMEOUT set while data is in flight starts no timer: ETIMEDOUT comes "
             "when the running retransmission timer fires and finds the time over.",
         .source = "tcp(7) TCP_USER_TIMEOUT; tcp_sock_set_user_timeout, tcp_write_timeout") {
  auto [client, server] = Connect();
  const Counters before = CountersOf(ClientHost());
  const Duration rto = client.Snapshot().rto;
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));

  const Call sent = client.Send("ping");
  EXPECT_THAT(sent, Returns(4));
  ASSERT_THAT(AwaitRetransmission(client, 1), ShowsRetransmissionTimer(1, rto));
  if (Cause("the client sets TCP_USER_TIMEOUT")) client.Set(UserTimeout{1ms});
  EXPECT_THAT(client.Recv(), FailsWith(ETIMEDOUT).After({rto, rto, 2 * rto}).Since(sent.begin));

  EXPECT_THAT(Wire(), Shows(kLostSegment, Bind("backoff", rto), Bind("again", 2)));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), CountsATimeoutAfter(2));
}

SCENARIO(DeadPeer, UserTimeoutIsNotRestartedByMoreData,
         .verdict =
             "Writing on does not put off TCP_USER_TIMEOUT: the oldest unacknowledged data "
             "decides, and ETIMEDOUT comes as if nothing had been written since.",
         .source = "tcp(7) TCP_USER_TIMEOUT; retransmits_timed_out (retrans_stamp)") {
  auto [client, server] = Connect();
  const Duration rto = client.Snapshot().rto;
  const auto schedule = SingleSegmentSchedule(rto, Times().retries2, 1s);
  const int again = static_cast<int>(schedule.size()) - 1;
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));
  if (Cause("the client sets TCP_USER_TIMEOUT")) client.Set(UserTimeout{1s});

  const Call sent = client.Send("ping");
  EXPECT_THAT(sent, Returns(4));
  for (int retransmits = 1; retransmits < again; ++retransmits) {
    ASSERT_EQ(AwaitRetransmission(client, retransmits).retransmits,
              static_cast<unsigned>(retransmits));
    EXPECT_THAT(client.Send("ping"), Returns(4));
  }
  EXPECT_THAT(client.Recv(), FailsWith(ETIMEDOUT).After(schedule).Since(sent.begin));

  // What was written since waits behind the lost segment: the congestion window is one.
  EXPECT_THAT(Wire(),
              Shows(kLostSegment, Bind("backoff", WithoutLast(schedule)), Bind("again", again)));
}

SCENARIO(DeadPeer, UserTimeoutStartsAnewWithTheNextLoss,
         .verdict =
             "Data that arrives at last clears TCP_USER_TIMEOUT: the next loss has all of it "
             "again before ETIMEDOUT.",
         .source = "tcp(7) TCP_USER_TIMEOUT; tcp_clean_rtx_queue (retrans_stamp)") {
  auto [client, server] = Connect(UserTimeout{1s});
  const Duration first_rto = client.Snapshot().rto;
  Fault outage = ServerHost().Drop(Input().ToPort(80).TcpFlags(kPsh, kPsh).First(3));
  EXPECT_THAT(client.Send("ping"), Returns(4));
  EXPECT_THAT(server.Recv(), Receives("ping"));
  const SocketSnapshot delivered = client.Await(
      [](const SocketSnapshot& now) { return now.send_queue == 0; }, "all is acknowledged");

  const auto schedule = SingleSegmentSchedule(delivered.rto, Times().retries2, 1s);
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));
  const Call sent = client.Send("pong");
  EXPECT_THAT(sent, Returns(4));
  ASSERT_EQ(AwaitRetransmission(client, 1).retransmits, 1U);
  EXPECT_THAT(client.Recv(), FailsWith(ETIMEDOUT).After(schedule).Since(sent.begin));

  EXPECT_THAT(Wire(), Shows(R"(
                handshake
                client >| server  P.  1:5(4) ack 1
      +first    client >| server  P.  1:5(4) ack 1  *2
      +doubled  client >  server  P.  1:5(4) ack 1
                server >  client  .   1:1(0) ack 5
                client >| server  P.  5:9(4) ack 1
      +backoff  client >| server  P.  5:9(4) ack 1  *again
      quiet 200ms
  )",
                            Bind("first", first_rto), Bind("doubled", 2 * first_rto),
                            Bind("backoff", WithoutLast(schedule)),
                            Bind("again", static_cast<int>(schedule.size()) - 1)));
}

}  // namespace
}  // namespace halfopen

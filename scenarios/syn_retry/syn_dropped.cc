// SPDX-License-Identifier: GPL-2.0-or-later
// SYN dropped: connect() to a host that does not answer, and to a port that a firewall swallows.
//
// Linux sends the SYN again after 1 s (RFC 6298 2.1), then at doubled intervals, tcp_syn_retries
// times, and waits once more (ip-sysctl: 127 s for 6, 131 s since tcp_syn_linear_timeouts came;
// RFC 9293 3.8.3 would have it try for 180 s). Then connect() fails with ETIMEDOUT. Nothing tells
// the server that the client gave up (tcp_write_timeout, net/ipv4/tcp_timer.c).
#include "scenarios/syn_retry/syn_retry.h"

namespace halfopen {
namespace {

SCENARIO(SynRetry, DroppedSynTimesOutAfterTheLastRetry,
         .verdict =
             "An unanswered SYN is sent again tcp_syn_retries times at doubled intervals, and "
             "connect() fails with ETIMEDOUT one interval after the last.",
         .source = "RFC 6298 2.1; ip-sysctl.rst, tcp_syn_retries; tcp_write_timeout()",
         .outdated =
             "With 6 retries connect() was said to give up after 127 s: since Linux 6.5's linear "
             "timeouts it takes 131 s by default.") {
  Socket client = ClientHost().NewSocket();
  const Counters before = CountersOf(ClientHost());
  const auto schedule = SynSchedule();
  Fault dark = ServerHost().Drop(SynTo80());

  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(ETIMEDOUT).After(schedule));
  EXPECT_EQ(client.Snapshot().state, TcpState::kClose);

  EXPECT_THAT(CountersOf(ClientHost()).Since(before), CountsATimedOutConnect(schedule));
  EXPECT_THAT(Wire(), Shows(R"(
                client >| server  S  0:0(0) <mss, sackOK, TS, wscale>
      +backoff  client >| server  S  0:0(0) <mss, sackOK, TS, wscale>  *more
      quiet 200ms
  )",
                            Backoff(schedule), More(schedule)));
}

// `ss -o` shows the retransmission timer as "on", with the number of retransmissions so far.
SCENARIO(
    SynRetry, TimerOnCountsTheRetransmissions,
    .verdict =
        "While connect() waits `ss -o` shows timer:(on,...,n) with the number of SYNs sent again.",
    .source = "sock_diag(7), ss(8); tcp_retransmit_timer()") {
  Socket client = ClientHost().NewSocket();
  const auto schedule = SynSchedule();
  Fault dark = ServerHost().Drop(SynTo80());
  PendingCall connecting = client.StartConnect(ServerHost());

  SocketSnapshot now = client.Snapshot();
  ASSERT_EQ(now.state, TcpState::kSynSent);
  for (unsigned sent = 0; sent < schedule.size(); ++sent) {
    now = client.Await(
        [&](const auto& s) { return s.retransmits == sent || s.state == TcpState::kClose; },
        "a retransmission");
    EXPECT_EQ(now.state, TcpState::kSynSent);
    EXPECT_EQ(now.timer, TimerKind::kOn);
    EXPECT_LE(now.timer_expires, schedule[sent]);
  }

  EXPECT_THAT(connecting.Wait(), FailsWith(ETIMEDOUT).After(schedule));
  EXPECT_EQ(client.Snapshot().timer, TimerKind::kOff);
  EXPECT_THAT(Wire(), Shows(R"(
                client >| server  S  0:0(0)
      +backoff  client >| server  S  0:0(0)  *more
  )",
                            Backoff(schedule), More(schedule)));
}

// Over loopback it is no different: the packets cross the same hooks and the same timers run.
LOOPBACK_SCENARIO(
    SynRetry, DroppedSynTimesOutOverLoopbackToo,
    .verdict = "Over loopback an unanswered SYN takes the same schedule to ETIMEDOUT.",
    .source = "tcp_write_timeout()") {
  Socket listener = ServerHost().Listen();
  Socket client = ClientHost().NewSocket("client");
  const Counters before = CountersOf(ClientHost());
  const auto schedule = SynSchedule();
  Fault dark = ServerHost().Drop(SynTo80());

  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(ETIMEDOUT).After(schedule));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), CountsATimedOutConnect(schedule));
  EXPECT_THAT(Wire(), Shows(R"(
                client >| server  S  0:0(0)
      +backoff  client >| server  S  0:0(0)  *more
      quiet 200ms
  )",
                            Backoff(schedule), More(schedule)));
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// FIN-WAIT-2 ends by itself, but only once the socket is closed.
//
// A server that has shut down may wait for the peer's FIN as long as it likes; one that has closed
// cannot receive anything, so Linux gives the peer tcp_fin_timeout to close too (ip-sysctl.rst) and
// then forgets the connection without a word on the wire (tcp_time_wait, net/ipv4/tcp_minisocks.c).
// tcp(7) calls that a violation of TCP's specification. inet_diag shows the timer as ss does:
// `timewait`, though the state is FIN-WAIT-2. The peer stays in CLOSE-WAIT, and its next write
// meets a host that knows nothing of it.
#include "scenarios/rst_after_fin/steps.h"

namespace halfopen {
namespace {

using testing::Contains;
using testing::Pair;

SCENARIO(FinWait2, TimerStartsAtCloseAndNotAtShutdown,
         .verdict =
             "FIN-WAIT-2 lasts tcp_fin_timeout, counted from close() and not from shutdown(); then "
             "the connection is forgotten without a packet.",
         .source = "ip-sysctl.rst, tcp_fin_timeout; tcp(7); tcp_time_wait()") {
  auto [client, server] = Connect();
  const Counters before = CountersOf(ServerHost());

  server.Shutdown(SHUT_WR);
  EXPECT_EQ(AwaitHalfClosed(client, server).timer, TimerKind::kOff);
  Call closed;
  if (Cause("the server closes")) closed = server.Close();
  const SocketSnapshot orphan = server.Snapshot();
  EXPECT_EQ(orphan.state, TcpState::kFinWait2);
  ASSERT_EQ(orphan.timer, TimerKind::kTimeWait);
  EXPECT_LE(orphan.timer_expires, Times().fin_timeout);
  ExpectForgottenAfter({Times().fin_timeout}, closed, server);

  EXPECT_EQ(client.Snapshot().state, TcpState::kCloseWait);
  ExpectSecondWriteFailsWithEpipe(client);

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  F.  1:1(0) ack 1
      client > server  .   1:1(0) ack 2
      quiet timeout
      client > server  P.  1:5(4) ack 2
      server > client  R   2:2(0)
      quiet 200ms
  )",
                            Bind("timeout", Times().fin_timeout)));
  // Arming it is counted by its length (__inet_twsk_schedule, net/ipv4/inet_timewait_sock.c).
  const char* const armed =
      Times().fin_timeout <= std::chrono::seconds(4) ? "TcpExt.TWKilled" : "TcpExt.TW";
  const Counters::Values counts = CountersOf(ServerHost()).Since(before);
  EXPECT_THAT(counts, Contains(Pair(armed, 1)));
  EXPECT_THAT(counts, CountOneReset(0));
}

}  // namespace
}  // namespace halfopen

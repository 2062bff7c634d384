// SPDX-License-Identifier: GPL-2.0-or-later
// RST after FIN: the server shuts down first and closes later.
//
// shutdown(2) sends the FIN, so close(2) has nothing left to send. It only takes the socket away:
// what remains of it in FIN-WAIT-2 is a small one that answers data with RST
// (tcp_timewait_state_process, net/ipv4/tcp_minisocks.c), which ends it before its timer does. That
// RST counts as no TCPAbortOnData: there is no socket to abort. To the peer it all looks as if the
// server had only closed.
#include "scenarios/rst_after_fin/steps.h"

namespace halfopen {
namespace {

SCENARIO(RstAfterFin, ShutdownOfWritingThenCloseEndsLikeClose,
         .verdict =
             "shutdown(SHUT_WR) and a later close() look to the peer like close() alone: EPIPE "
             "with the second write.",
         .source = "tcp_timewait_state_process(); RFC 9293 3.6") {
  auto [client, server] = Connect();
  const Counters before = CountersOf(ServerHost());

  server.Shutdown(SHUT_WR);
  EXPECT_EQ(AwaitHalfClosed(client, server).timer, TimerKind::kOff);
  if (Cause("the server closes")) server.Close();
  ASSERT_EQ(server.Snapshot().timer, TimerKind::kTimeWait);
  ExpectSecondWriteFailsWithEpipe(client);

  EXPECT_THAT(Wire(), Shows(kFinThenReset));
  EXPECT_EQ(server.Snapshot().state, TcpState::kClose) << "its timer runs on";
  EXPECT_THAT(CountersOf(ServerHost()).Since(before), CountOneReset(0));
}

SCENARIO(RstAfterFin, ShutdownOfBothThenCloseEndsLikeClose,
         .verdict =
             "shutdown(SHUT_RDWR) and a later close() look to the peer like close() alone: EPIPE "
             "with the second write.",
         .source = "tcp_timewait_state_process(); RFC 9293 3.6") {
  auto [client, server] = Connect();
  const Counters before = CountersOf(ServerHost());

  server.Shutdown(SHUT_RDWR);
  EXPECT_EQ(AwaitHalfClosed(client, server).timer, TimerKind::kOff);
  if (Cause("the server closes")) server.Close();
  ASSERT_EQ(server.Snapshot().timer, TimerKind::kTimeWait);
  ExpectSecondWriteFailsWithEpipe(client);

  EXPECT_THAT(Wire(), Shows(kFinThenReset));
  EXPECT_EQ(server.Snapshot().state, TcpState::kClose) << "its timer runs on";
  EXPECT_THAT(CountersOf(ServerHost()).Since(before), CountOneReset(0));
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// RST after FIN over loopback, where article 003 obtained its results: both ends on one host.
//
// Article 003 saw one and the same wire for close alone, for shutdown of both directions alone, and
// for shutdown of writing with a close behind it; so it is today, and as between two hosts. One
// host counts for both ends here: the RST that the server sent and the connection that it reset.
#include "scenarios/rst_after_fin/steps.h"

namespace halfopen {
namespace {

using testing::Contains;
using testing::Pair;

LOOPBACK_SCENARIO(RstAfterFinOnLoopback, CloseFailsTheSecondWrite,
                  .verdict =
                      "Over loopback the first write after the peer's close() succeeds, the second "
                      "fails with EPIPE.",
                  .source = "RFC 9293 3.6; tcp_reset()") {
  auto [client, server] = Connect();
  const Counters before = CountersOf(ServerHost());

  if (Cause("the server closes")) server.Close();
  EXPECT_EQ(AwaitHalfClosed(client, server).timer, TimerKind::kTimeWait);
  ExpectSecondWriteFailsWithEpipe(client);

  EXPECT_THAT(Wire(), Shows(kFinThenReset));
  const Counters::Values counts = CountersOf(ServerHost()).Since(before);
  EXPECT_THAT(counts, CountOneReset(0));
  EXPECT_THAT(counts, Contains(Pair("Tcp.EstabResets", 1)));
}

LOOPBACK_SCENARIO(RstAfterFinOnLoopback, ShutdownOfWritingThenCloseDoesToo,
                  .verdict =
                      "Over loopback shutdown(SHUT_WR) and a later close() look to the writer like "
                      "close() alone: EPIPE with the second write.",
                  .source = "RFC 9293 3.6; tcp_timewait_state_process()") {
  auto [client, server] = Connect();

  server.Shutdown(SHUT_WR);
  EXPECT_EQ(AwaitHalfClosed(client, server).timer, TimerKind::kOff);
  if (Cause("the server closes")) server.Close();
  ASSERT_EQ(server.Snapshot().timer, TimerKind::kTimeWait);
  ExpectSecondWriteFailsWithEpipe(client);

  EXPECT_THAT(Wire(), Shows(kFinThenReset));
}

LOOPBACK_SCENARIO(RstAfterFinOnLoopback, ShutdownOfBothAloneDoesToo,
                  .verdict =
                      "Over loopback shutdown(SHUT_RDWR) without close() resets the connection "
                      "with the peer's first write.",
                  .source = "RFC 9293 3.6.1; tcp_rcv_state_process()") {
  auto [client, server] = Connect();
  const Counters before = CountersOf(ServerHost());

  if (Cause("the server shuts both directions down")) server.Shutdown(SHUT_RDWR);
  EXPECT_EQ(AwaitHalfClosed(client, server).timer, TimerKind::kOff);
  ExpectSecondWriteFailsWithEpipe(client);

  EXPECT_THAT(Wire(), Shows(kFinThenReset));
  const Counters::Values counts = CountersOf(ServerHost()).Since(before);
  EXPECT_THAT(counts, CountOneReset(1));
  EXPECT_THAT(counts, Contains(Pair("Tcp.EstabResets", 1)));
}

}  // namespace
}  // namespace halfopen

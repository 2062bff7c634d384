// SPDX-License-Identifier: GPL-2.0-or-later
// RST after FIN over loopback, where article 003 obtained its results: both ends on one host.
//
// TCP is the same there, but a packet is received before the call that sent it returns, so the
// reset has happened by the time that the first write has succeeded (loopback_xmit,
// drivers/net/loopback.c). Article 003 saw the same wire for close alone, for shutdown of both
// directions alone, and for shutdown of writing with a close behind it; so it is today.
#include "scenarios/rst_after_fin/steps.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Key;
using testing::Not;
using testing::Pair;

LOOPBACK_SCENARIO(RstAfterFinOnLoopback, CloseAlone) {
  auto [client, server] = Connect();
  const Counters before = CountersOf(ServerHost());

  if (Cause("the server closes")) server.Close();
  EXPECT_EQ(AwaitHalfClosed(client, server).timer, TimerKind::kTimeWait);
  ExpectSecondWriteFailsWithEpipe(client);

  EXPECT_THAT(Wire(), Shows(kFinThenReset));
  EXPECT_THAT(CountersOf(ServerHost()).Since(before),
              AllOf(Contains(Pair("Tcp.OutRsts", 1)), Contains(Pair("Tcp.EstabResets", 1)),
                    Not(Contains(Key("TcpExt.TCPAbortOnData")))));
}

LOOPBACK_SCENARIO(RstAfterFinOnLoopback, ShutdownOfWritingThenClose) {
  auto [client, server] = Connect();

  server.Shutdown(SHUT_WR);
  EXPECT_EQ(AwaitHalfClosed(client, server).timer, TimerKind::kOff);
  if (Cause("the server closes")) server.Close();
  ASSERT_EQ(server.Snapshot().timer, TimerKind::kTimeWait);
  ExpectSecondWriteFailsWithEpipe(client);

  EXPECT_THAT(Wire(), Shows(kFinThenReset));
}

LOOPBACK_SCENARIO(RstAfterFinOnLoopback, ShutdownOfBothAlone) {
  auto [client, server] = Connect();
  const Counters before = CountersOf(ServerHost());

  if (Cause("the server shuts both directions down")) server.Shutdown(SHUT_RDWR);
  EXPECT_EQ(AwaitHalfClosed(client, server).timer, TimerKind::kOff);
  ExpectSecondWriteFailsWithEpipe(client);

  EXPECT_THAT(Wire(), Shows(kFinThenReset));
  EXPECT_THAT(CountersOf(ServerHost()).Since(before),
              AllOf(Contains(Pair("Tcp.OutRsts", 1)), Contains(Pair("Tcp.EstabResets", 1)),
                    Contains(Pair("TcpExt.TCPAbortOnData", 1))));
}

}  // namespace
}  // namespace halfopen

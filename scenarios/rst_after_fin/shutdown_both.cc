// SPDX-License-Identifier: GPL-2.0-or-later
// RST after FIN: the server shuts both directions down and never closes.
//
// Data that nobody can receive any more is to be answered with RST (RFC 9293 3.6.1). Linux does so
// in FIN-WAIT-2 once the socket has been shut down for reading (tcp_rcv_state_process,
// net/ipv4/tcp_input.c), and the peer sees what it sees after a close. Unlike after a close no
// timer runs, so the server stays in FIN-WAIT-2 until the peer speaks; and the server's own socket
// is reset with the connection: its next read fails with ECONNRESET although no RST ever came to
// it. Article 003 finds no difference to close: for the peer that is so, for the server it is not.
#include "scenarios/rst_after_fin/steps.h"

namespace halfopen {
namespace {

using testing::Contains;
using testing::Key;
using testing::Not;
using testing::Pair;

SCENARIO(RstAfterFin, ShutdownOfBothAloneResetsBothEnds,
         .verdict =
             "After shutdown(SHUT_RDWR) the peer's first write resets both ends: EPIPE for the "
             "peer, ECONNRESET for the one who shut down.",
         .source = "RFC 9293 3.6.1; tcp_rcv_state_process()",
         .outdated =
             "shutdown of both directions is said to equal close: for the peer it does, but the "
             "socket that shut down has no FIN-WAIT-2 timer and is reset itself.") {
  auto [client, server] = Connect();
  const Counters client_before = CountersOf(ClientHost());
  const Counters server_before = CountersOf(ServerHost());

  if (Cause("the server shuts both directions down")) server.Shutdown(SHUT_RDWR);
  EXPECT_EQ(AwaitHalfClosed(client, server).timer, TimerKind::kOff);
  EXPECT_THAT(server.Recv(), EndsStream());
  ExpectSecondWriteFailsWithEpipe(client);

  server.Await(TcpState::kClose);
  EXPECT_THAT(server.Recv(), FailsWith(ECONNRESET));
  EXPECT_THAT(server.Recv(), EndsStream());
  EXPECT_THAT(server.Send("pong"), FailsWith(EPIPE));

  EXPECT_THAT(Wire(), Shows(kFinThenReset));
  EXPECT_THAT(CountersOf(ClientHost()).Since(client_before), Contains(Pair("Tcp.EstabResets", 1)));
  EXPECT_THAT(CountersOf(ServerHost()).Since(server_before),
              testing::AllOf(CountOneReset(1), Not(Contains(Key("Tcp.EstabResets")))));
}

}  // namespace
}  // namespace halfopen

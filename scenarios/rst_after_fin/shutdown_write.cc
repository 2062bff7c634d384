// SPDX-License-Identifier: GPL-2.0-or-later
// Half-close: the server says that it will send no more, and goes on reading.
//
// This is what a FIN means (RFC 9293 3.6, shutdown(2) with SHUT_WR): the peer's writes arrive, are
// acknowledged and read. Only the server's own writes fail. FIN-WAIT-2 has no timer as long as the
// socket has an owner (tcp_fin_timeout in ip-sysctl.rst speaks of orphaned connections only), so
// this may go on for ever.
#include "harness/expect/window.h"
#include "scenarios/rst_after_fin/steps.h"

namespace halfopen {
namespace {

SCENARIO(HalfClose, WritesToAShutDownWriterArrive,
         .verdict =
             "After the server's shutdown(SHUT_WR) the client's writes still arrive; only the "
             "server's own writes fail with EPIPE.",
         .source = "RFC 9293 3.6; shutdown(2)") {
  auto [client, server] = Connect();

  if (Cause("the server shuts its writing side down")) server.Shutdown(SHUT_WR);
  EXPECT_EQ(AwaitHalfClosed(client, server).timer, TimerKind::kOff);
  EXPECT_THAT(client.Recv(), EndsStream());
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(client.Send("ping"), Returns(4));
    EXPECT_THAT(server.Recv(), Receives("ping"));
  }
  EXPECT_THAT(server.Send("pong"), FailsWith(EPIPE));
  EXPECT_EQ(server.Snapshot().state, TcpState::kFinWait2);
  EXPECT_EQ(client.Snapshot().state, TcpState::kCloseWait);

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  F.  1:1(0) ack 1
      client > server  .   1:1(0) ack 2
      client > server  P.  1:5(4) ack 2
      server > client  .   2:2(0) ack 5
      client > server  P.  5:9(4) ack 2
      server > client  .   2:2(0) ack 9
      client > server  P.  9:13(4) ack 2
      server > client  .   2:2(0) ack 13
      quiet 200ms
  )"));
}

SCENARIO(HalfClose, OutlivesTheTimeoutOfFinWait2,
         .verdict =
             "A half-closed connection that still has its socket outlives tcp_fin_timeout: the "
             "timer is for closed ones.",
         .source = "ip-sysctl.rst, tcp_fin_timeout") {
  auto [client, server] = Connect();

  if (Cause("the server shuts its writing side down")) server.Shutdown(SHUT_WR);
  AwaitHalfClosed(client, server);
  EXPECT_THAT(Wire(),
              Shows(R"(
      handshake
      server > client  F.  1:1(0) ack 1
      client > server  .   1:1(0) ack 2
      quiet longer
  )",
                    Bind("longer", Within({Times().fin_timeout}).latest + Times().fin_timeout)));

  EXPECT_EQ(server.Snapshot().state, TcpState::kFinWait2);
  EXPECT_EQ(server.Snapshot().timer, TimerKind::kOff);
  EXPECT_THAT(client.Send("ping"), Returns(4));
  EXPECT_THAT(server.Recv(), Receives("ping"));
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// RST after FIN: the server closes, the client keeps writing.
//
// A FIN only says "I will send no more", so the first write after it succeeds (half-close,
// RFC 9293 3.6). No socket is left on the server: it answers RST. The client was in CLOSE-WAIT, so
// Linux reports EPIPE, not ECONNRESET (tcp_reset, net/ipv4/tcp_input.c).
#include "harness/scenario.h"

namespace halfopen {
namespace {

SCENARIO(RstAfterFin, SecondWriteFailsWithEpipe,
         .verdict =
             "The first write after the peer's close() succeeds and draws a RST; the second fails "
             "with EPIPE, not ECONNRESET.",
         .source = "RFC 9293 3.6; tcp_reset()") {
  auto [client, server] = Connect();

  if (Cause("the server closes")) server.Close();
  server.Await(TcpState::kFinWait2);
  EXPECT_THAT(client.Send("ping"), Returns(4));

  client.Await(TcpState::kClose);
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  F.  1:1(0) ack 1
      client > server  .   1:1(0) ack 2
      client > server  P.  1:5(4) ack 2
      server > client  R   2:2(0)
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// SO_LINGER with time 0: close(2) sends RST in place of FIN (socket(7); tcp_disconnect,
// net/ipv4/tcp.c; ABORT in RFC 9293 3.10.5). It counts as TCPAbortOnData, unread data or not.
//
// What the peer is told depends on its own state alone (tcp_reset, net/ipv4/tcp_input.c): in
// ESTABLISHED it is ECONNRESET, as for any reset; in CLOSE-WAIT, after the server's shutdown, it is
// EPIPE, and already for the first write, because this RST waits for no data to answer.
#include "scenarios/rst_after_fin/steps.h"

namespace halfopen {
namespace {

using testing::Contains;
using testing::Pair;

SCENARIO(RstWithoutFin, LingerZeroResetsAtClose,
         .verdict =
             "close() with SO_LINGER {1,0} sends RST in place of FIN: the peer's blocked recv() "
             "fails with ECONNRESET.",
         .source = "socket(7), SO_LINGER; RFC 9293 3.10.5; tcp_disconnect()") {
  auto [client, server] = Connect();
  const Counters client_before = CountersOf(ClientHost());
  const Counters server_before = CountersOf(ServerHost());

  if (Cause("SO_LINGER with time 0")) server.Set(Linger{});
  PendingCall read = client.StartRecv();
  if (Cause("the server closes")) server.Close();

  EXPECT_THAT(read.Wait(), FailsWith(ECONNRESET));
  EXPECT_THAT(client.Recv(), EndsStream());
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  R.  1:1(0) ack 1
      quiet 200ms
  )"));
  EXPECT_THAT(CountersOf(ClientHost()).Since(client_before), Contains(Pair("Tcp.EstabResets", 1)));
  EXPECT_THAT(CountersOf(ServerHost()).Since(server_before), CountOneReset(1));
}

SCENARIO(RstAfterFin, LingerZeroFailsTheFirstWrite,
         .verdict =
             "After shutdown() and a close() with SO_LINGER {1,0} already the peer's first write "
             "fails with EPIPE.",
         .source = "socket(7), SO_LINGER; tcp_reset()") {
  auto [client, server] = Connect();

  server.Shutdown(SHUT_WR);
  AwaitHalfClosed(client, server);
  if (Cause("SO_LINGER with time 0")) server.Set(Linger{});
  if (Cause("the server closes")) server.Close();
  ASSERT_EQ(server.Snapshot().state, TcpState::kClose);

  client.Await(TcpState::kClose);
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));
  EXPECT_THAT(client.Recv(), EndsStream());

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  F.  1:1(0) ack 1
      client > server  .   1:1(0) ack 2
      server > client  R.  2:2(0) ack 1
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen

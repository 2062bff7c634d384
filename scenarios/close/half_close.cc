// SPDX-License-Identifier: GPL-2.0-or-later
// A half-close served to the end: the client's FIN ends the request, and the answer follows it.
//
// FIN-WAIT-2 and CLOSE-WAIT are states in which data flows (RFC 9293 3.6): what the server sends
// arrives, is acknowledged and read. Its own FIN then moves the client on to TIME-WAIT, before the
// client's application has closed anything (tcp_fin, net/ipv4/tcp_input.c).
#include <string>

#include "scenarios/close/close.h"

namespace halfopen {
namespace {

SCENARIO(HalfClose, RequestEndedByAFinIsAnsweredInFull,
         .verdict =
             "A client that shuts down writing still gets the whole answer; its read then "
             "returns 0, and it is in TIME-WAIT before it closes.",
         .source = "RFC 9293 3.6; shutdown(2); tcp_fin (net/ipv4/tcp_input.c)") {
  auto [client, server] = Connect();
  EXPECT_THAT(client.Send("ping"), Returns(4));
  EXPECT_THAT(server.Recv(), Receives("ping"));
  if (Cause("the client shuts its writing side down")) client.Shutdown(SHUT_WR);
  ASSERT_EQ(
      client.Await([](const auto& now) { return now.state != TcpState::kFinWait1; }, "FIN-WAIT-2")
          .state,
      TcpState::kFinWait2);
  EXPECT_EQ(server.Snapshot().state, TcpState::kCloseWait);
  EXPECT_THAT(server.Recv(), EndsStream());

  const std::string part(1000, 'x');
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(server.Send(part), Returns(1000));
    EXPECT_THAT(client.Recv(), Receives(part));
  }
  EXPECT_THAT(server.Close(), Returns(0));
  EXPECT_THAT(client.Recv(), EndsStream());
  EXPECT_EQ(client.Await(TcpState::kTimeWait).timer, TimerKind::kTimeWait);
  EXPECT_EQ(server.Await(TcpState::kClose).state, TcpState::kClose);
  EXPECT_THAT(client.Close(), Returns(0));

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
      client > server  F.  5:5(0) ack 1
      server > client  .   1:1(0) ack 6
      server > client  P.  1:1001(1000) ack 6
    ? client > server  .   6:6(0) ack 1001
      server > client  P.  1001:2001(1000) ack 6
    ? client > server  .   6:6(0) ack 2001
      server > client  P.  2001:3001(1000) ack 6
    ? client > server  .   6:6(0) ack 3001
      server > client  F.  3001:3001(0) ack 6
      client > server  .   6:6(0) ack 3002
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_RST_AFTER_FIN_STEPS_H_
#define HALFOPEN_SCENARIOS_RST_AFTER_FIN_STEPS_H_

#include "harness/scenario.h"
#include "scenarios/forgotten.h"

// What the stories of RST after FIN share.
namespace halfopen {

// A FIN, acknowledged by itself; data behind it; and the RST, which carries no acknowledgment of
// its own: its number is the one that the data acknowledged (RFC 9293 3.10.7.1).
inline constexpr char kFinThenReset[] = R"(
    handshake
    server > client  F.  1:1(0) ack 1
    client > server  .   1:1(0) ack 2
    client > server  P.  1:5(4) ack 2
    server > client  R   2:2(0)
    quiet 200ms
)";

// The server's FIN has reached the client and its acknowledgment has come back: how the server then
// stands.
inline SocketSnapshot AwaitHalfClosed(Socket& client, Socket& server) {
  client.Await(TcpState::kCloseWait);
  return server.Await(TcpState::kFinWait2);
}

// The first write is taken, sent and answered with RST; the second one fails.
inline void ExpectSecondWriteFailsWithEpipe(Socket& client) {
  EXPECT_THAT(client.Send("ping"), Returns(4));
  client.Await(TcpState::kClose);
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));
}

// Held against Counters::Since of the host that answered with RST: it sent one, and that many of
// its sockets were aborted because data came that nobody could read any more.
inline testing::Matcher<const Counters::Values&> CountOneReset(int aborted_on_data) {
  using testing::Contains;
  using testing::Pair;
  const auto sent = Contains(Pair("Tcp.OutRsts", 1));
  if (aborted_on_data == 0) {
    return testing::AllOf(sent, testing::Not(Contains(testing::Key("TcpExt.TCPAbortOnData"))));
  }
  return testing::AllOf(sent, Contains(Pair("TcpExt.TCPAbortOnData", aborted_on_data)));
}

}  // namespace halfopen

#endif  // HALFOPEN_SCENARIOS_RST_AFTER_FIN_STEPS_H_

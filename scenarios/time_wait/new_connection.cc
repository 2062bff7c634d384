// SPDX-License-Identifier: GPL-2.0-or-later
// A new connection between the same two ports while the server still has the old one in TIME-WAIT.
//
// A SYN that is newer than all that TIME-WAIT has seen, by its number or its timestamp, begins a
// new connection (RFC 9293 3.10.7.4, RFC 6191; TCP_TW_SYN in tcp_timewait_state_process), and the
// server's own numbers go on where the old ones ended. So a busy client that comes around to a port
// again within the minute is not kept waiting, as long as the server closed first.
#include "scenarios/close/close.h"

namespace halfopen {
namespace {

SCENARIO(TimeWait, NewSynFromTheSamePortIsAccepted,
         .verdict =
             "A newer SYN into the server's TIME-WAIT is accepted at once: connect() from the "
             "same port returns 0.",
         .source = "RFC 9293 3.10.7.4; RFC 6191; tcp_timewait_state_process") {
  auto [client, server] = Connect();
  ASSERT_EQ(CloseInOrder(server, client, Cause("the server closes first")).state,
            TcpState::kTimeWait);
  const Endpoint port = client.local();

  Socket listener = ServerHost().Listen();
  Socket again = ClientHost().NewSocket("client");
  EXPECT_THAT(again.Bind(port), Returns(0));
  ASSERT_THAT(again.Connect(ServerHost()), Returns(0).AtOnce());
  Socket accepted = listener.Accept("server");
  EXPECT_EQ(accepted.remote(), port);
  EXPECT_EQ(accepted.Snapshot().state, TcpState::kEstablished);

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  F.  1:1(0) ack 1
      client > server  .   1:1(0) ack 2
      client > server  F.  1:1(0) ack 2
      server > client  .   2:2(0) ack 2
      handshake
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen

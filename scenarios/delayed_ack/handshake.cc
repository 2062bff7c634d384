// SPDX-License-Identifier: GPL-2.0-or-later
// TCP_QUICKACK = 0 before connect(): the last packet of the handshake waits for data.
//
// A client in interactive mode does not acknowledge the SYN-ACK at once
// (tcp_rcv_synsent_state_process): the first data carries the acknowledgment, which saves a packet.
// If no data comes, the acknowledgment goes after 200 ms (TCP_DELACK_MAX), and until then the
// server is in SYN-RECV and accept() waits, while the client has long been connected.
#include "scenarios/delayed_ack/delayed_ack.h"

namespace halfopen {
namespace {

constexpr Duration kDelayedMost = std::chrono::milliseconds(200);  // TCP_DELACK_MAX

SCENARIO(QuickAck, OffBeforeConnectSendsTheHandshakesLastPacketWithData,
         .verdict =
             "With TCP_QUICKACK=0 before connect() the first data carries the handshake's "
             "acknowledgment: one packet less.",
         .source = "tcp(7) TCP_QUICKACK; tcp_rcv_synsent_state_process") {
  Socket listener = ServerHost().Listen();
  Socket client = ClientHost().NewSocket();
  if (Cause("the client switches TCP_QUICKACK off")) client.Set(QuickAck{false});

  EXPECT_THAT(client.Connect(ServerHost()), Returns(0).AtOnce());
  EXPECT_THAT(client.Send("ping"), Returns(4));
  Socket server = listener.Accept();
  EXPECT_THAT(server.Recv(), Receives("ping"));

  EXPECT_THAT(Wire(), Shows(R"(
      client > server  S   0:0(0)
      server > client  S.  0:0(0) ack 1
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
      quiet 200ms
  )"));
}

SCENARIO(QuickAck, OffBeforeConnectKeepsTheServerInSynRecv,
         .verdict =
             "With TCP_QUICKACK=0 before connect() and nothing to send, the handshake's last "
             "packet comes 200 ms late: connect() returns, accept() still waits.",
         .source = "tcp(7) TCP_QUICKACK; tcp_rcv_synsent_state_process (TCP_DELACK_MAX)") {
  Socket listener = ServerHost().Listen();
  Socket client = ClientHost().NewSocket();
  if (Cause("the client switches TCP_QUICKACK off")) client.Set(QuickAck{false});

  EXPECT_THAT(client.Connect(ServerHost()), Returns(0).AtOnce());
  EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);
  Socket server = listener.Accept();

  EXPECT_THAT(Wire(), Shows(R"(
             client > server  S   0:0(0)
             server > client  S.  0:0(0) ack 1
      +late  client > server  .   1:1(0) ack 1
      quiet 200ms
  )",
                            Bind("late", kDelayedMost)));
}

}  // namespace
}  // namespace halfopen

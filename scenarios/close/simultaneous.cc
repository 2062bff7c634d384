// SPDX-License-Identifier: GPL-2.0-or-later
// Simultaneous close: both ends close before the other one's FIN has reached them.
//
// Each FIN then meets a FIN-WAIT-1 and acknowledges nothing new, so that both ends wait for the
// acknowledgment in CLOSING and for late segments in TIME-WAIT (RFC 9293 3.6, figure 13; tcp_fin
// and tcp_rcv_state_process, net/ipv4/tcp_input.c): there is no LAST-ACK, and both addresses stay
// taken. Here the FINs cross because what the client sends is dropped and comes late, as a network
// with a longer way would have it.
#include "scenarios/close/close.h"

namespace halfopen {
namespace {

SCENARIO(SimultaneousClose, LeavesBothEndsInTimeWait,
         .verdict =
             "FINs that cross take both ends through CLOSING to TIME-WAIT; both close() calls "
             "return 0 at once.",
         .source = "RFC 9293 3.6, figure 13; tcp_rcv_state_process (net/ipv4/tcp_input.c)") {
  auto [client, server] = Connect();
  Fault late = ServerHost().Drop(FromClient(ClientHost()));

  if (Cause("the client closes")) {
    EXPECT_THAT(client.Close(), Returns(0).AtOnce());
  }
  EXPECT_THAT(server.Close(), Returns(0).AtOnce());
  const auto waits = [](const SocketSnapshot& now) { return now.state != TcpState::kFinWait1; };
  ASSERT_EQ(client.Await(waits, "CLOSING").state, TcpState::kClosing);
  ASSERT_EQ(server.Snapshot().state, TcpState::kFinWait1);
  const std::vector<WirePacket> sent = Wire(client).SentBy("client").Packets();
  late.Lift();

  // Behind the handshake's two.
  const Segment fin = DuplicateOf(sent.at(2));
  const Segment acknowledgment = DuplicateOf(sent.at(3));
  Inject(ClientHost(), fin);
  EXPECT_EQ(server.Await(waits, "CLOSING").state, TcpState::kClosing);
  client.Await(TcpState::kTimeWait);
  Inject(ClientHost(), acknowledgment);
  EXPECT_EQ(server.Await(TcpState::kTimeWait).timer, TimerKind::kTimeWait);

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client >| server  F.  1:1(0) ack 1
      server >  client  F.  1:1(0) ack 1
      client >| server  .   2:2(0) ack 2
      client >  server  F.  1:1(0) ack 1
      server >  client  .   2:2(0) ack 2
      client >  server  .   2:2(0) ack 2
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen

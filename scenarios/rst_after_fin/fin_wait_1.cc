// SPDX-License-Identifier: GPL-2.0-or-later
// RST after FIN: the write comes while the closed server still waits for the acknowledgment.
//
// Without that acknowledgment the server is in FIN-WAIT-1, an orphan but still a whole socket. Data
// that acknowledges the FIN makes it abort itself: RST, and one TCPAbortOnData
// (tcp_rcv_state_process, net/ipv4/tcp_input.c). To the peer there is no difference.
#include "scenarios/rst_after_fin/steps.h"

namespace halfopen {
namespace {

SCENARIO(RstAfterFin, WriteThatAcknowledgesTheFinAbortsTheOrphan,
         .verdict =
             "A write that reaches the closed server in FIN-WAIT-1 draws a RST as well; the "
             "writer's next write fails with EPIPE.",
         .source = "tcp_rcv_state_process(); RFC 9293 3.6.1") {
  auto [client, server] = Connect();
  const Counters before = CountersOf(ServerHost());
  Fault no_ack =
      ServerHost().Drop(Input().From(ClientHost().address()).TcpFlags(kAck | kPsh, kAck));

  if (Cause("the server closes")) server.Close();
  AwaitPackets([](const WirePacket& packet) { return packet.acknowledgment == 2; }, 1,
               "acknowledgment of the FIN");
  ExpectSecondWriteFailsWithEpipe(client);

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server >  client  F.  1:1(0) ack 1
      client >| server  .   1:1(0) ack 2
      client >  server  P.  1:5(4) ack 2
      server >  client  R   2:2(0)
      quiet 200ms
  )"));
  EXPECT_THAT(CountersOf(ServerHost()).Since(before), CountOneReset(1));
}

}  // namespace
}  // namespace halfopen

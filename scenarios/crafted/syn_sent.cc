// SPDX-License-Identifier: GPL-2.0-or-later
// What a connect() in SYN-SENT makes of answers that are not to its SYN.
//
// Only an ACK of its own SYN counts (RFC 9293 3.10.7.3). A SYN-ACK of another connection, as an old
// duplicate or a half-open server sends it, is answered with a RST at the number that it asked for;
// a RST without ACK, or with a wrong one, is passed over: it cannot be an answer. Linux takes
// a wrong ACK for the sign that a stale connection was in the way and is gone now, and sends its
// SYN again at once, not after a second (tcp_rcv_synsent_state_process).
#include "harness/expect/window.h"
#include "scenarios/crafted/crafted.h"

namespace halfopen {
namespace {

// TCP_TIMEOUT_MIN (include/net/tcp.h): two jiffies.
Duration AtOnce() { return 2 * KernelWheel().Jiffy(); }

SCENARIO(CraftedSynSent, SynAckOfAnotherConnectionDrawsAReset,
         .verdict =
             "A SYN-ACK that acknowledges another SYN is answered with a RST, and the SYN "
             "goes out again at once; connect() goes on.",
         .source = "RFC 9293 3.10.7.3; tcp_rcv_synsent_state_process()") {
  CraftedPeer server(ServerHost());
  Socket client = ClientHost().NewSocket();
  PendingCall connect = client.StartConnect(ServerHost());
  server.Await("client > server S 0:0(0)");

  if (Cause("a SYN-ACK of another connection")) {
    server.Send("server > client S. 0:0(0) ack 101 <mss 1460>");
    server.Await(R"(
        client > server R 101:101(0)
        client > server S 0:0(0)
    )");
  }
  EXPECT_EQ(client.Snapshot().state, TcpState::kSynSent);
  server.Send("server > client S. 0:0(0) ack 1 <mss 1460>");
  EXPECT_THAT(connect.Wait(), Returns(0));
  EXPECT_THAT(Wire(), Shows(R"(
               client > server  S   0:0(0)
               server > client  S.  0:0(0) ack 101
               client > server  R   101:101(0)
      +at_once client > server  S   0:0(0)
               server > client  S.  0:0(0) ack 1
               client > server  .   1:1(0) ack 1
      quiet 200ms
  )",
                            Bind("at_once", AtOnce())));
}

SCENARIO(CraftedSynSent, ResetWithoutAckIsIgnored,
         .verdict =
             "A RST without ACK does not end a connect(): only one that acknowledges its "
             "SYN does, with ECONNREFUSED.",
         .source = "RFC 9293 3.10.7.3; tcp_rcv_synsent_state_process()") {
  CraftedPeer server(ServerHost());
  Socket client = ClientHost().NewSocket();
  PendingCall connect = client.StartConnect(ServerHost());
  server.Await("client > server S 0:0(0)");

  if (Cause("a RST without ACK")) server.Send("server > client R 0:0(0)");
  EXPECT_THAT(Wire(), Shows(R"(
      client > server  S  0:0(0)
      server > client  R  0:0(0)
      quiet 200ms
  )"));
  EXPECT_EQ(client.Snapshot().state, TcpState::kSynSent);
  server.Send("server > client R. 0:0(0) ack 1");
  EXPECT_THAT(connect.Wait(), FailsWith(ECONNREFUSED));
}

SCENARIO(CraftedSynSent, ResetWithAWrongAckIsIgnored,
         .verdict =
             "A RST that acknowledges another SYN does not end a connect(); the SYN goes "
             "out again at once.",
         .source = "RFC 9293 3.10.7.3; tcp_rcv_synsent_state_process()") {
  CraftedPeer server(ServerHost());
  Socket client = ClientHost().NewSocket();
  PendingCall connect = client.StartConnect(ServerHost());
  server.Await("client > server S 0:0(0)");

  if (Cause("a RST with a wrong ACK")) {
    server.Send("server > client R. 0:0(0) ack 101");
    server.Await("client > server S 0:0(0)");
    const std::vector<WirePacket> seen = Wire().Packets();
    EXPECT_TRUE(InTime("the SYN", {AtOnce()}, seen.at(1).time, seen.at(2).time));
  }
  server.Send("server > client S. 0:0(0) ack 1 <mss 1460>");
  EXPECT_THAT(connect.Wait(), Returns(0));
  EXPECT_THAT(Wire(), Shows(R"(
      client > server  S   0:0(0)
      server > client  R.  0:0(0) ack 101
      client > server  S   0:0(0)
      server > client  S.  0:0(0) ack 1
      client > server  .   1:1(0) ack 1
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen

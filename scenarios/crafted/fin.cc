// SPDX-License-Identifier: GPL-2.0-or-later
// FINs that no honest peer sends: before the data that they end, a second one elsewhere, data
// behind one.
//
// A FIN takes a sequence number, and waits like data until everything before it has come (RFC 9293
// 3.4). Once it counts, the stream has an end: what claims to lie behind it is passed over without
// a word (CLOSE-WAIT: "this should not occur", RFC 9293 3.10.7.4), be it data or another FIN. The
// same FIN once more is only answered once more.
#include "scenarios/crafted/crafted.h"

namespace halfopen {
namespace {

SCENARIO(CraftedFin, BeforeItsDataWaitsForIt,
         .verdict =
             "A FIN that comes before its data ends nothing until the data is there: then "
             "recv() delivers the data, and 0.",
         .source = "RFC 9293 3.4; tcp_data_queue_ofo() (net/ipv4/tcp_input.c)") {
  CraftedPeer server(ServerHost());
  server.Listen();
  Socket client = ConnectedTo(server, ClientHost());

  if (Cause("the FIN comes first")) {
    server.Send("server > client F. 5:5(0)");
    server.Await("client > server . 1:1(0) ack 1");
    EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);
    EXPECT_THAT(RecvNow(client), FailsWith(EAGAIN));
  }
  server.Send("server > client P. 1:5(4)");
  ASSERT_THAT(Wire(), Shows(R"(
      handshake
      server > client  F.  5:5(0) ack 1
      client > server  .   1:1(0) ack 1
      server > client  P.  1:5(4) ack 1
      client > server  .   1:1(0) ack 6
      quiet 200ms
  )"));
  EXPECT_EQ(client.Snapshot().state, TcpState::kCloseWait);
  EXPECT_THAT(client.Recv(), Receives("0123"));
  EXPECT_THAT(client.Recv(), EndsStream());
}

SCENARIO(CraftedFin, SecondOneElsewhereIsIgnored,
         .verdict =
             "After a FIN another one with a later number is passed over; the same FIN "
             "again is acknowledged again.",
         .source = "RFC 9293 3.10.7.4 (CLOSE-WAIT); tcp_rcv_state_process()") {
  CraftedPeer server(ServerHost());
  server.Listen();
  Socket client = ConnectedTo(server, ClientHost());
  server.Send("server > client F. 1:1(0)");
  server.Await("client > server . 1:1(0) ack 2");

  if (Cause("FINs after the FIN")) {
    server.Send(R"(
        server > client  F.  5:5(0)
        server > client  F.  1:1(0)
    )");
  }
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  F.  1:1(0) ack 1
      client > server  .   1:1(0) ack 2
      server > client  F.  5:5(0) ack 1
      server > client  F.  1:1(0) ack 1
      client > server  .   1:1(0) ack 2
      quiet 200ms
  )"));
  EXPECT_EQ(client.Snapshot().state, TcpState::kCloseWait);
  EXPECT_THAT(client.Recv(), EndsStream());
}

SCENARIO(CraftedFin, DataBehindItIsIgnored,
         .verdict =
             "Data behind a FIN is passed over without an answer: recv() returns 0, and "
             "the socket stays in CLOSE-WAIT.",
         .source = "RFC 9293 3.10.7.4 (CLOSE-WAIT); tcp_rcv_state_process()") {
  CraftedPeer server(ServerHost());
  server.Listen();
  Socket client = ConnectedTo(server, ClientHost());
  server.Send("server > client F. 1:1(0)");
  server.Await("client > server . 1:1(0) ack 2");

  if (Cause("data behind the FIN")) server.Send("server > client P. 2:6(4)");
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  F.  1:1(0) ack 1
      client > server  .   1:1(0) ack 2
      server > client  P.  2:6(4) ack 1
      quiet 200ms
  )"));
  EXPECT_THAT(client.Recv(), EndsStream());
  EXPECT_EQ(client.Snapshot().state, TcpState::kCloseWait);
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// shutdown(SHUT_RD): the server says, to itself only, that it will read no more.
//
// TCP has no way to tell this to the peer, and Linux does not try: tcp_shutdown (net/ipv4/tcp.c)
// does nothing without SHUT_WR, so nothing crosses the wire, and what the peer sends is received
// and acknowledged as ever. The flag changes reads alone: one that would block returns 0 instead.
// What has arrived can still be read, even after such a 0 (tcp_recvmsg_locked looks into the queue
// first). Article 003 supposes no effect on TCP; that is so, but for the socket's own reads.
#include "scenarios/rst_after_fin/steps.h"

namespace halfopen {
namespace {

SCENARIO(HalfClose, WritesToAShutDownReaderArrive,
         .verdict =
             "shutdown(SHUT_RD) sends nothing and refuses nothing: the peer's writes are received, "
             "acknowledged, and even read.",
         .source = "shutdown(2); tcp_shutdown()") {
  auto [client, server] = Connect();

  if (Cause("the server shuts its reading side down")) server.Shutdown(SHUT_RD);
  EXPECT_EQ(server.Snapshot().state, TcpState::kEstablished);
  EXPECT_THAT(server.Recv(Socket::kReceiveSize, MSG_DONTWAIT), EndsStream());

  for (unsigned bytes = 4; bytes <= 12; bytes += 4) {
    EXPECT_THAT(client.Send("ping"), Returns(4));
    server.Await([&](const SocketSnapshot& now) { return now.receive_queue == bytes; },
                 "the data has arrived");
  }
  EXPECT_THAT(server.Recv(), Receives("pingpingping"));
  EXPECT_THAT(server.Recv(Socket::kReceiveSize, MSG_DONTWAIT), EndsStream());
  EXPECT_THAT(server.Send("pong"), Returns(4));
  EXPECT_THAT(client.Recv(), Receives("pong"));
  EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
      client > server  P.  5:9(4) ack 1
      server > client  .   1:1(0) ack 9
      client > server  P.  9:13(4) ack 1
      server > client  .   1:1(0) ack 13
      server > client  P.  1:5(4) ack 13
      client > server  .   13:13(0) ack 5
      quiet 200ms
  )"));
}

SCENARIO(
    HalfClose, ShutdownOfReadingWakesABlockedRead,
    .verdict =
        "shutdown(SHUT_RD) makes a blocked recv() return 0; what arrives later can still be read.",
    .source = "shutdown(2); tcp_recvmsg_locked()",
    .outdated =
        "shutdown of reading is supposed to have no effect at all: it has none on the wire, but it "
        "wakes and ends the socket's own reads.") {
  auto [client, server] = Connect();

  PendingCall read = server.StartRecv();
  if (Cause("the server shuts its reading side down")) server.Shutdown(SHUT_RD);
  EXPECT_THAT(read.Wait(), EndsStream());
  EXPECT_EQ(server.Snapshot().state, TcpState::kEstablished);

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen

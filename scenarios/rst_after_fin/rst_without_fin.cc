// SPDX-License-Identifier: GPL-2.0-or-later
// RST without a FIN before it: the contrast to RST after FIN.
//
// A server that closes with data unread resets at once, so that the peer learns that its data was
// lost (RFC 2525 2.17; tcp_close, net/ipv4/tcp.c). The peer was in ESTABLISHED, not CLOSE-WAIT, so
// Linux reports ECONNRESET, and once: to the read or the write that comes first. After that a read
// returns 0 and a write fails with EPIPE. Only EPIPE comes with SIGPIPE (sk_stream_error,
// net/core/stream.c). What the server had sent before is not lost where it has arrived: a read
// looks into the queue first (tcp_recvmsg_locked, net/ipv4/tcp.c).
#include "scenarios/rst_after_fin/steps.h"

namespace halfopen {
namespace {

using testing::Contains;
using testing::Pair;

constexpr char kResetForUnreadData[] = R"(
    handshake
    client > server  P.  1:5(4) ack 1
    server > client  .   1:1(0) ack 5
    server > client  R.  1:1(0) ack 5
    quiet 200ms
)";

void SendWhatIsNotRead(Socket& client, Socket& server) {
  EXPECT_THAT(client.Send("ping"), Returns(4));
  server.Await([](const SocketSnapshot& now) { return now.receive_queue == 4; },
               "the data has arrived");
}

SCENARIO(RstWithoutFin, BlockedReadFailsWithEconnreset,
         .verdict =
             "close() with data unread sends RST and no FIN: the peer's blocked recv() fails with "
             "ECONNRESET, once.",
         .source = "RFC 2525 2.17; tcp_close()") {
  auto [client, server] = Connect();
  const Counters client_before = CountersOf(ClientHost());
  const Counters server_before = CountersOf(ServerHost());

  if (Cause("data is left unread")) SendWhatIsNotRead(client, server);
  PendingCall read = client.StartRecv();
  if (Cause("the server closes")) server.Close();

  EXPECT_THAT(read.Wait(), FailsWith(ECONNRESET));
  EXPECT_THAT(client.Recv(), EndsStream());
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));

  EXPECT_THAT(Wire(), Shows(kResetForUnreadData));
  EXPECT_THAT(CountersOf(ClientHost()).Since(client_before), Contains(Pair("Tcp.EstabResets", 1)));
  const Counters::Values server_counts = CountersOf(ServerHost()).Since(server_before);
  EXPECT_THAT(server_counts, CountOneReset(0));
  EXPECT_THAT(server_counts, Contains(Pair("TcpExt.TCPAbortOnClose", 1)));
  EXPECT_THAT(server_counts, Contains(Pair("Tcp.EstabResets", 1)));
}

SCENARIO(RstWithoutFin, FirstWriteFailsWithEconnreset,
         .verdict =
             "After such a RST the first write fails with ECONNRESET, every later one with EPIPE.",
         .source = "tcp_reset(), sk_stream_error()") {
  auto [client, server] = Connect();

  if (Cause("data is left unread")) SendWhatIsNotRead(client, server);
  if (Cause("the server closes")) server.Close();
  client.Await([](const SocketSnapshot& now) { return now.state != TcpState::kEstablished; },
               "the server's end");

  EXPECT_THAT(client.Send("ping"), FailsWith(ECONNRESET));
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));
  EXPECT_THAT(client.Recv(), EndsStream());

  EXPECT_THAT(Wire(), Shows(kResetForUnreadData));
}

SCENARIO(RstWithoutFin, WhatArrivedBeforeTheResetIsStillRead,
         .verdict =
             "Data that arrived before the RST is still read; then recv() fails with ECONNRESET, "
             "then it returns 0.",
         .source = "tcp_recvmsg_locked()") {
  auto [client, server] = Connect();

  if (Cause("data is left unread")) SendWhatIsNotRead(client, server);
  EXPECT_THAT(server.Send("pong"), Returns(4));
  client.Await([](const SocketSnapshot& now) { return now.receive_queue == 4; },
               "the answer has arrived");
  if (Cause("the server closes")) server.Close();
  client.Await([](const SocketSnapshot& now) { return now.state != TcpState::kEstablished; },
               "the server's end");

  EXPECT_THAT(client.Recv(), Receives("pong"));
  EXPECT_THAT(client.Recv(), FailsWith(ECONNRESET));
  EXPECT_THAT(client.Recv(), EndsStream());

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
      server > client  P.  1:5(4) ack 5
      client > server  .   5:5(0) ack 5
      server > client  R.  5:5(0) ack 5
      quiet 200ms
  )"));
}

SCENARIO(RstWithoutFin, SigpipeComesWithTheSecondWrite,
         .verdict = "ECONNRESET raises no signal; SIGPIPE comes with the second write's EPIPE.",
         .source = "send(2); sk_stream_error()") {
  auto [client, server] = Connect();

  if (Cause("data is left unread")) SendWhatIsNotRead(client, server);
  if (Cause("the server closes")) server.Close();
  client.Await([](const SocketSnapshot& now) { return now.state != TcpState::kEstablished; },
               "the server's end");

  EXPECT_EQ(client.WriteInChild("ping"), 0) << "ECONNRESET raises no signal";
  EXPECT_EQ(client.WriteInChild("ping"), SIGPIPE);

  EXPECT_THAT(Wire(), Shows(kResetForUnreadData));
}

}  // namespace
}  // namespace halfopen

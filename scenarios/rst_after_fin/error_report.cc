// SPDX-License-Identifier: GPL-2.0-or-later
// Who is told of a reset: whoever asks first, and nobody else.
//
// The error of a connection waits in the socket (sk_err) until a call takes it: a read, a write, a
// read that only peeks, or SO_ERROR (sock_error; socket(7)). poll() shows it and takes nothing
// (tcp_poll). To the calls behind that the stream has just ended: 0 for a read, EPIPE for a write.
// What had arrived before the reset is read first, by every read.
#include <poll.h>
#include <sys/socket.h>

#include "scenarios/rst_after_fin/steps.h"

namespace halfopen {
namespace {

constexpr char kDataAndReset[] = R"(
    handshake
    server > client  P.  1:5(4) ack 1
    client > server  .   1:1(0) ack 5
    server > client  R.  5:5(0) ack 1
    quiet 200ms
)";

// The server sends and resets, which the client has not looked at yet.
void SendAndReset(Socket& client, Socket& server, bool reset) {
  EXPECT_THAT(server.Send("pong"), Returns(4));
  server.Await([](const SocketSnapshot& now) { return now.send_queue == 0; },
               "all is acknowledged");
  server.Set(Linger{.on = reset});
  server.Close();
  client.Await([](const SocketSnapshot& now) { return now.state != TcpState::kEstablished; },
               "the server's end");
}

SCENARIO(ErrorReport, SoErrorTakesTheResetFromTheNextRead,
         .verdict =
             "poll() shows a reset as POLLERR|POLLHUP and takes nothing; after SO_ERROR has "
             "said ECONNRESET, reads get what had arrived and then the end of the stream.",
         .source = "socket(7) SO_ERROR; tcp_poll, tcp_recvmsg_locked") {
  auto [client, server] = Connect();
  SendAndReset(client, server, Cause("the server resets"));

  const Call polled = client.Poll(POLLIN | POLLRDHUP);
  EXPECT_EQ(PollEventNames(polled.events), "POLLIN|POLLERR|POLLHUP|POLLRDHUP");
  EXPECT_EQ(client.TakeError(), ECONNRESET);
  EXPECT_EQ(client.TakeError(), 0);
  EXPECT_THAT(client.Recv(), Receives("pong"));
  EXPECT_THAT(client.Recv(), EndsStream());
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));

  EXPECT_THAT(Wire(), Shows(kDataAndReset));
}

SCENARIO(ErrorReport, PeekTakesTheReset,
         .verdict =
             "A read with MSG_PEEK takes no data but takes the error: behind what had arrived "
             "it fails with ECONNRESET, and the next read gets the end of the stream.",
         .source = "recv(2) MSG_PEEK; tcp_recvmsg_locked (sock_error)") {
  auto [client, server] = Connect();
  SendAndReset(client, server, Cause("the server resets"));

  EXPECT_THAT(client.Recv(Socket::kReceiveSize, MSG_PEEK), Receives("pong"));
  EXPECT_THAT(client.Recv(), Receives("pong"));
  EXPECT_THAT(client.Recv(Socket::kReceiveSize, MSG_PEEK), FailsWith(ECONNRESET));
  EXPECT_THAT(client.Recv(), EndsStream());
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));

  EXPECT_THAT(Wire(), Shows(kDataAndReset));
}

}  // namespace
}  // namespace halfopen

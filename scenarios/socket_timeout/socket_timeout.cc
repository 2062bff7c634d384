// SPDX-License-Identifier: GPL-2.0-or-later
// SO_RCVTIMEO and SO_SNDTIMEO: a call ends, and the connection does not.
//
// They limit how long one call may block, and know nothing of the peer: the call fails with EAGAIN
// as if the descriptor did not block (socket(7)), or returns what it has done so far; connect()
// fails with EINPROGRESS (__inet_stream_connect), and goes on. No timer of TCP is touched, nothing
// is sent, and the connection stays as it was.
#include <sys/socket.h>

#include <chrono>

#include "scenarios/retransmission/retransmission.h"
#include "scenarios/syn_retry/syn_retry.h"

namespace halfopen {
namespace {

// Shorter than any timer of TCP that ends a connection.
constexpr std::chrono::milliseconds kLimit{500};

SCENARIO(SocketTimeout, BlockedReadFailsWithEagain,
         .verdict =
             "With SO_RCVTIMEO a read that gets nothing fails with EAGAIN when the time is "
             "over; the connection lives on, and later data is read.",
         .source = "socket(7) SO_RCVTIMEO; sock_rcvtimeo, tcp_recvmsg_locked") {
  constexpr std::chrono::milliseconds kPatience{2100};
  auto [client, server] = Connect(ReceiveTimeout{kPatience});

  const bool silent = Cause("the server sends nothing");
  if (!silent) server.Send("pong");
  ASSERT_THAT(client.Recv(), FailsWith(EAGAIN).After(kPatience));
  EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);
  EXPECT_EQ(client.TakeError(), 0);
  EXPECT_THAT(server.Send("pong"), Returns(4));
  EXPECT_THAT(client.Recv(), Receives("pong"));

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  P.  1:5(4) ack 1
      client > server  .   1:1(0) ack 5
      quiet 200ms
  )"));
}

SCENARIO(SocketTimeout, BlockedWriteFailsWithEagain,
         .verdict =
             "With SO_SNDTIMEO a write that finds no room towards a dead peer fails with "
             "EAGAIN when the time is over; retransmissions go on and ETIMEDOUT comes later.",
         .source = "socket(7) SO_SNDTIMEO; sock_sndtimeo, sk_stream_wait_memory") {
  ClientHost().sysctls().Set("net.ipv4.tcp_early_retrans", 0);
  auto [client, server] = Connect(SendBuffer{4096}, SendTimeout{kLimit});
  const auto schedule = Timers::RetransmissionBackoff(client.Snapshot().rto, Times().retries2);
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));

  const std::string data(60000, 'x');
  const Call part = client.Send(data);
  ASSERT_THAT(part, Returns(client.Snapshot().send_queue).After(kLimit));
  EXPECT_THAT(client.Send(data), FailsWith(EAGAIN).After(kLimit));
  EXPECT_EQ(client.TakeError(), 0);
  EXPECT_EQ(client.Snapshot().timer, TimerKind::kOn);
  EXPECT_THAT(client.Recv(), FailsWith(ETIMEDOUT).After(schedule).Since(part.begin));
  EXPECT_EQ(server.Snapshot().receive_queue, 0U);
}

SCENARIO(SocketTimeout, ConnectFailsWithEinprogress,
         .verdict =
             "With SO_SNDTIMEO connect() to a dead end fails with EINPROGRESS, not ETIMEDOUT, "
             "and goes on: the next call waits again, and the SYN that arrives connects.",
         .source = "socket(7) SO_SNDTIMEO, connect(2) EINPROGRESS; __inet_stream_connect") {
  Socket listener = ServerHost().Listen();
  Socket client = ClientHost().NewSocket();
  client.Set(SendTimeout{kLimit});
  Fault lossy = ServerHost().Drop(SynTo80().First(1));

  const Call connecting = client.Connect(ServerHost());
  EXPECT_THAT(connecting, FailsWith(EINPROGRESS).After(kLimit));
  EXPECT_EQ(client.Snapshot().state, TcpState::kSynSent);
  EXPECT_EQ(client.TakeError(), 0);
  client.Await(TcpState::kEstablished);
  EXPECT_THAT(client.Connect(ServerHost()), Returns(0).AtOnce());
  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(EISCONN));

  EXPECT_THAT(Wire(), Shows(R"(
           client >| server  S   0:0(0)
      +1s  client >  server  S   0:0(0)
           server >  client  S.  0:0(0) ack 1
           client >  server  .   1:1(0) ack 1
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen

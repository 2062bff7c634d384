// SPDX-License-Identifier: GPL-2.0-or-later
// TCP_LINGER2: a FIN-WAIT-2 of one socket's own length, or none.
//
// It takes the place of tcp_fin_timeout once the socket is closed (tcp(7)). Zero is the sysctl's
// time, and 120 s (TCP_FIN_TIMEOUT_MAX) are the longest. A negative one makes the kernel reset the
// connection instead of waiting for the peer's FIN: at close() if the own FIN is acknowledged by
// then (TCPAbortOnLinger), and otherwise as soon as it is (TCPAbortOnData; tcp_rcv_state_process,
// net/ipv4/tcp_input.c). The peer is in CLOSE-WAIT, so it is told EPIPE.
#include <netinet/tcp.h>

#include <chrono>

#include "scenarios/close/close.h"
#include "scenarios/forgotten.h"

namespace halfopen {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::Pair;

void SetLinger2(Socket& socket, seconds time) {
  EXPECT_THAT(
      socket.SetOption(IPPROTO_TCP, TCP_LINGER2, static_cast<int>(time.count()), "TCP_LINGER2"),
      Returns(0));
}

SCENARIO(FinWait2, NegativeLinger2ResetsAtClose,
         .verdict =
             "With a negative TCP_LINGER2, close() in FIN-WAIT-2 sends a RST: the peer's next "
             "write fails with EPIPE.",
         .source = "tcp(7), TCP_LINGER2; __tcp_close (net/ipv4/tcp.c)") {
  auto [client, server] = Connect();
  const Counters before = CountersOf(ClientHost());
  if (Cause("TCP_LINGER2 is negative")) SetLinger2(client, seconds(-1));
  client.Shutdown(SHUT_WR);
  ASSERT_EQ(client.Await(TcpState::kFinWait2).timer, TimerKind::kOff);
  EXPECT_THAT(client.Close(), Returns(0).AtOnce());
  ASSERT_EQ(client.Snapshot().state, TcpState::kClose);
  server.Await(TcpState::kClose);
  EXPECT_THAT(server.Recv(), EndsStream());
  EXPECT_THAT(server.Send("pong"), FailsWith(EPIPE));

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  F.  1:1(0) ack 1
      server > client  .   1:1(0) ack 2
      client > server  R.  2:2(0) ack 1
      quiet 200ms
  )"));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before),
              testing::IsSupersetOf({Pair("TcpExt.TCPAbortOnLinger", 1), Pair("Tcp.OutRsts", 1)}));
}

SCENARIO(FinWait2, NegativeLinger2ResetsOnceTheFinIsAcknowledged,
         .verdict =
             "With a negative TCP_LINGER2, close() sends a FIN and its acknowledgment draws a "
             "RST: the peer's next write fails with EPIPE.",
         .source = "tcp(7), TCP_LINGER2; tcp_rcv_state_process (net/ipv4/tcp_input.c)") {
  auto [client, server] = Connect();
  const Counters before = CountersOf(ClientHost());
  if (Cause("TCP_LINGER2 is negative")) SetLinger2(client, seconds(-1));
  EXPECT_THAT(client.Close(), Returns(0).AtOnce());
  // On its way to CLOSE it is in FIN-WAIT-2 for a moment, without a timer.
  const SocketSnapshot end = client.Await(
      [](const auto& now) {
        return now.state == TcpState::kClose || now.timer == TimerKind::kTimeWait;
      },
      "CLOSE");
  ASSERT_EQ(end.state, TcpState::kClose);
  server.Await(TcpState::kClose);
  EXPECT_THAT(server.Recv(), EndsStream());
  EXPECT_THAT(server.Send("pong"), FailsWith(EPIPE));

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  F.  1:1(0) ack 1
      server > client  .   1:1(0) ack 2
      client > server  R   2:2(0)
      quiet 200ms
  )"));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before),
              testing::IsSupersetOf({Pair("TcpExt.TCPAbortOnData", 1), Pair("Tcp.OutRsts", 1)}));
}

SCENARIO(FinWait2, Linger2TakesThePlaceOfFinTimeout,
         .verdict =
             "TCP_LINGER2 shortens FIN-WAIT-2 of one closed socket, whatever tcp_fin_timeout "
             "says; nothing is sent when it ends.",
         .source = "tcp(7), TCP_LINGER2; tcp_fin_time (include/net/tcp.h)") {
  auto [client, server] = Connect();
  const seconds time = Times().fin_timeout / 2;
  if (Cause("TCP_LINGER2 is shorter than tcp_fin_timeout")) SetLinger2(client, time);
  const Call closed = client.Close();
  const SocketSnapshot waiting = client.Await(TcpState::kFinWait2);
  EXPECT_EQ(waiting.timer, TimerKind::kTimeWait);
  EXPECT_LE(waiting.timer_expires, time);
  ExpectForgottenAfter({time}, closed, client);
  EXPECT_EQ(server.Snapshot().state, TcpState::kCloseWait);

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  F.  1:1(0) ack 1
      server > client  .   1:1(0) ack 2
      quiet 200ms
  )"));
}

SCENARIO(FinWait2, Linger2IsTwoMinutesAtMost,
         .verdict =
             "TCP_LINGER2 is cut to 120 s: a closed socket waits no longer than that for its "
             "peer's FIN.",
         .source = "do_tcp_setsockopt (net/ipv4/tcp.c), TCP_FIN_TIMEOUT_MAX") {
  auto [client, server] = Connect();
  if (Cause("TCP_LINGER2 is five minutes")) SetLinger2(client, minutes(5));
  EXPECT_EQ(client.GetOption(IPPROTO_TCP, TCP_LINGER2, "TCP_LINGER2"), 120);
  EXPECT_THAT(client.Close(), Returns(0).AtOnce());
  // Beyond the length of a TIME-WAIT the whole socket is kept (tcp_rcv_state_process).
  const SocketSnapshot waiting = client.Await(
      [](const auto& now) {
        return now.state == TcpState::kFinWait2 && now.timer != TimerKind::kOff;
      },
      "FIN-WAIT-2 with a timer");
  ASSERT_EQ(waiting.timer, TimerKind::kKeepalive);
  EXPECT_LE(waiting.timer_expires, minutes(2) - minutes(1));

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  F.  1:1(0) ack 1
      server > client  .   1:1(0) ack 2
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen

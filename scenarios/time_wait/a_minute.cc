// SPDX-License-Identifier: GPL-2.0-or-later
// TIME-WAIT lasts a minute, and no sysctl changes that.
//
// The end that closes first keeps the connection for 60 s (TCP_TIMEWAIT_LEN, include/net/tcp.h; RFC
// 9293 3.3.2 asks for two maximum segment lifetimes, four minutes), without a socket and without a
// packet. tcp_fin_timeout is about FIN-WAIT-2 alone (ip-sysctl.rst), though it is often set to
// shorten TIME-WAIT, and inet_diag shows the same timer for both.
#include "scenarios/forgotten.h"

namespace halfopen {
namespace {

using std::chrono::minutes;
using testing::Contains;
using testing::Pair;

// The client closes first, then the server: how TIME-WAIT begins, and how long it lasts.
void ExpectAMinuteOfTimeWait(Socket& client, Socket& server, bool server_closes) {
  const Counters before = Counters::Read(client.host().network());
  EXPECT_THAT(client.Close(), Returns(0));
  client.Await(TcpState::kFinWait2);
  Call closed;
  if (server_closes) closed = server.Close();
  const SocketSnapshot waiting = client.Await(
      [](const SocketSnapshot& now) {
        return now.state == TcpState::kTimeWait || now.state == TcpState::kClose;
      },
      "TIME-WAIT");

  ASSERT_EQ(waiting.state, TcpState::kTimeWait);
  EXPECT_EQ(waiting.timer, TimerKind::kTimeWait);
  EXPECT_LE(waiting.timer_expires, minutes(1));
  ExpectForgottenAfter({minutes(1)}, closed, client);
  EXPECT_THAT(Counters::Read(client.host().network(), client.host().name()).Since(before),
              Contains(Pair("TcpExt.TW", 1)));
}

constexpr char kFourPackets[] = R"(
    handshake
    client > server  F.  1:1(0) ack 1
    server > client  .   1:1(0) ack 2
    server > client  F.  1:1(0) ack 2
    client > server  .   2:2(0) ack 2
    quiet 60s
)";

DEFAULT_PROFILE_SCENARIO(
    TimeWait, LastsAMinuteWithAShortFinTimeout,
    .verdict = "TIME-WAIT lasts 60 s whatever tcp_fin_timeout says.",
    .source = "TCP_TIMEWAIT_LEN; RFC 9293 3.3.2; ip-sysctl.rst, tcp_fin_timeout",
    .outdated =
        "tcp_fin_timeout is widely set to shorten TIME-WAIT: it is about FIN-WAIT-2 alone.") {
  ClientHost().sysctls().Set("net.ipv4.tcp_fin_timeout", 5);
  auto [client, server] = Connect();
  ExpectAMinuteOfTimeWait(client, server, Cause("the server closes too"));
  EXPECT_THAT(Wire(), Shows(kFourPackets));
}

DEFAULT_PROFILE_SCENARIO(TimeWait, LastsAMinuteWithALongFinTimeout,
                         .verdict = "A long tcp_fin_timeout does not prolong TIME-WAIT's 60 s.",
                         .source = "TCP_TIMEWAIT_LEN; ip-sysctl.rst, tcp_fin_timeout") {
  ClientHost().sysctls().Set("net.ipv4.tcp_fin_timeout", 300);
  auto [client, server] = Connect();
  ExpectAMinuteOfTimeWait(client, server, Cause("the server closes too"));
  EXPECT_THAT(Wire(), Shows(kFourPackets));
}

}  // namespace
}  // namespace halfopen

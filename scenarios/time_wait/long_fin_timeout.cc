// SPDX-License-Identifier: GPL-2.0-or-later
// FIN-WAIT-2 of a closed socket with a tcp_fin_timeout beyond a minute: not that long.
//
// Up to 60 s (TCP_TIMEWAIT_LEN) the closed socket is replaced by a small timewait block at once,
// which lasts tcp_fin_timeout. Beyond, tcp_close() keeps the socket for the time above a minute, by
// the keepalive timer, and leaves the minute to the timewait block. But tcp_keepalive_timer gives
// that block the time above a minute once more, and not the minute: 61 s end after 2 s, 90 s after
// 60 s, 300 s after 480 s, and only 120 s are 120 s. ip-sysctl.rst knows nothing of it.
#include "scenarios/forgotten.h"

namespace halfopen {
namespace {

void ExpectFinWait2OfTwice(std::chrono::seconds excess, Socket& client, Socket& server,
                           bool server_closes) {
  server.host().sysctls().Set("net.ipv4.tcp_fin_timeout", 60 + excess.count());
  Call closed;
  if (server_closes) closed = server.Close();
  client.Await([=](const auto& now) { return !server_closes || now.state == TcpState::kCloseWait; },
               "CLOSE-WAIT");
  const auto await = [&](TimerKind timer, const char* what) {
    return server.Await(
        [=](const SocketSnapshot& now) {
          return now.state != TcpState::kFinWait1 &&
                 (now.timer == timer || now.state != TcpState::kFinWait2);
        },
        what);
  };

  const SocketSnapshot orphan = await(TimerKind::kKeepalive, "the keepalive timer");
  ASSERT_EQ(orphan.state, TcpState::kFinWait2);
  EXPECT_EQ(orphan.timer, TimerKind::kKeepalive);
  EXPECT_LE(orphan.timer_expires, excess);
  const SocketSnapshot block = await(TimerKind::kTimeWait, "the timewait timer");
  EXPECT_EQ(block.state, TcpState::kFinWait2);
  EXPECT_EQ(block.timer, TimerKind::kTimeWait);
  EXPECT_LE(block.timer_expires, excess);
  ExpectForgottenAfter({excess, excess}, closed, server);
  EXPECT_EQ(client.Snapshot().state, TcpState::kCloseWait);
}

constexpr char kOnlyTheFin[] = R"(
    handshake
    server > client  F.  1:1(0) ack 1
    client > server  .   1:1(0) ack 2
    quiet 200ms
)";

SCENARIO(
    FinWait2, FinTimeoutBeyondAMinuteLastsTwiceTheExcess,
    .verdict =
        "A tcp_fin_timeout beyond 60 s lasts twice what it has above them: 61 s end after 2 s.",
    .source = "tcp_close(), tcp_keepalive_timer(), tcp_time_wait()") {
  auto [client, server] = Connect();
  ExpectFinWait2OfTwice(Times().fin_timeout / 2, client, server, Cause("the server closes"));
  EXPECT_THAT(Wire(), Shows(kOnlyTheFin));
}

DEFAULT_PROFILE_SCENARIO(FinWait2, FinTimeoutOfFiveMinutesLastsEight,
                         .verdict = "A tcp_fin_timeout of 300 s keeps FIN-WAIT-2 for 480 s.",
                         .source = "tcp_close(), tcp_keepalive_timer(), tcp_time_wait()") {
  auto [client, server] = Connect();
  ExpectFinWait2OfTwice(std::chrono::minutes(4), client, server, Cause("the server closes"));
  EXPECT_THAT(Wire(), Shows(kOnlyTheFin));
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// The black hole: networks that lose everything of a connection that was opened fast.
//
// With tcp_fastopen_blackhole_timeout_sec above 0 a client gives Fast Open up for that time when a
// connection that used it meets its third timeout in a row, or ends by timeout before
// (tcp_fastopen_active_detect_blackhole; see blackhole_after_handshake.cc for other signs). Not for
// that server alone, for the whole namespace: one host that is down is enough. The nth time in a
// row it is 2^(n-1) times as long (tcp_fastopen_active_should_disable).
#include "scenarios/fast_open/blackhole.h"

#include <poll.h>

namespace halfopen::fast_open {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Pair;

// TCP_USER_TIMEOUT, which ends a connection with its second timeout.
constexpr auto kPatience = 500ms;

Socket ImpatientSocket(Host& clients, const std::string& label) {
  Socket socket = clients.NewSocket(label);
  socket.Set(UserTimeout{kPatience});
  return socket;
}

// One SYN with data into the dark, which ends in ETIMEDOUT after `schedule`.
void LoseOne(Host& server, Host& clients, const std::vector<Duration>& schedule) {
  Fault dark = server.Drop(SynTo80());
  Socket lost = ImpatientSocket(clients, "lost");
  ASSERT_THAT(lost.SendTo(server, "ping", MSG_FASTOPEN), FailsWith(ETIMEDOUT).After(schedule));
}

SCENARIO(FastOpenBlackhole, LostConnectionIsForgivenByDefault,
         .verdict =
             "A SYN with a cookie that ends in ETIMEDOUT changes nothing by default: the next "
             "connection sends data in its SYN again.",
         .source =
             "commit 213ad73d0607; RFC 7413 4.1.3.1, which would have the client remember "
             "it",
         .outdated =
             "A black hole was said to switch Fast Open off for an hour: since Linux 5.14 "
             "tcp_fastopen_blackhole_timeout_sec is 0 by default.") {
  EXPECT_EQ(ClientHost().sysctls().Get(kBlackholeSysctl), "0");
  Socket listener = Listen(ServerHost());
  const Connection first = GetCookie(ClientHost(), listener);
  const Counters before = CountersOf(ClientHost());
  LoseOne(ServerHost(), ClientHost(), SynSchedule(Times().syn_retries, kPatience));
  if (HasFatalFailure()) return;

  const Connection second = Ping(ClientHost(), listener, "second");
  EXPECT_THAT(Wire(second.client), Shows(kDataInTheSyn));
  EXPECT_THAT(Counted(ClientHost(), before), ElementsAre(Pair("Active", 1), Pair("ActiveFail", 1)));
}

SCENARIO(FastOpenBlackhole, LostConnectionTurnsFastOpenOffForATime,
         .verdict =
             "With the sysctl set, one connection that ended in ETIMEDOUT switches Fast Open "
             "off for the whole namespace, for that time.",
         .source =
             "ip-sysctl.rst, tcp_fastopen_blackhole_timeout_sec; "
             "tcp_fastopen_active_detect_blackhole()") {
  const std::chrono::seconds time = Times().fast_open_blackhole;
  ClientHost().sysctls().Set(kBlackholeSysctl, time.count());
  Socket listener = Listen(ServerHost());
  Connection first = GetCookie(ClientHost(), listener);
  const Counters before = CountersOf(ClientHost());
  LoseOne(ServerHost(), ClientHost(), SynSchedule(Times().syn_retries, kPatience));
  if (HasFatalFailure()) return;

  const Connection third = Ping(ClientHost(), listener, "third");
  EXPECT_THAT(Wire(third.client), Shows(kOrdinary));
  EXPECT_THAT(Counted(ClientHost(), before),
              ElementsAre(Pair("ActiveFail", 1), Pair("Blackhole", 1)));
  EXPECT_THAT(first.server.Poll(POLLIN, time), Returns(0));
  const Connection second = Ping(ClientHost(), listener, "second");
  EXPECT_THAT(Wire(second.client), Shows(kDataInTheSyn));
}

SCENARIO(FastOpenBlackhole, TwoLostConnectionsTurnItOffForTwiceAsLong,
         .verdict =
             "Each further black hole doubles the time: after two connections that ended in "
             "ETIMEDOUT Fast Open is off for twice the sysctl.",
         .source =
             "ip-sysctl.rst, tcp_fastopen_blackhole_timeout_sec; "
             "tcp_fastopen_active_should_disable()") {
  const std::chrono::seconds time = Times().fast_open_blackhole;
  ClientHost().sysctls().Set(kBlackholeSysctl, time.count());
  Socket listener = Listen(ServerHost());
  Connection first = GetCookie(ClientHost(), listener);
  const Counters before = CountersOf(ClientHost());
  Fault dark = ServerHost().Drop(SynTo80());
  Socket lost = ImpatientSocket(ClientHost(), "lost");
  Socket too = ImpatientSocket(ClientHost(), "lost too");
  PendingCall opening = lost.StartSendTo(ServerHost(), "ping", MSG_FASTOPEN);
  PendingCall opening_too = too.StartSendTo(ServerHost(), "ping", MSG_FASTOPEN);
  EXPECT_THAT(opening.Wait(), FailsWith(ETIMEDOUT));
  EXPECT_THAT(opening_too.Wait(), FailsWith(ETIMEDOUT));
  dark.Lift();

  EXPECT_THAT(Counted(ClientHost(), before),
              ElementsAre(Pair("ActiveFail", 2), Pair("Blackhole", 2)));
  EXPECT_THAT(first.server.Poll(POLLIN, time), Returns(0));
  const Connection third = Ping(ClientHost(), listener, "third");
  EXPECT_THAT(Wire(third.client), Shows(kOrdinary));
  EXPECT_THAT(first.server.Poll(POLLIN, time), Returns(0));
  const Connection second = Ping(ClientHost(), listener, "second");
  EXPECT_THAT(Wire(second.client), Shows(kDataInTheSyn));
}

SCENARIO(FastOpenBlackhole, ConnectionThatWorksEndsTheDoubling,
         .verdict =
             "One connection opened fast that received data and ended makes the next black "
             "hole count as the first again.",
         .source = "tcp_fastopen_active_disable_ofo_check() (syn_fastopen_ch)") {
  const std::chrono::seconds time = Times().fast_open_blackhole;
  ClientHost().sysctls().Set(kBlackholeSysctl, time.count());
  Socket listener = Listen(ServerHost());
  Connection first = GetCookie(ClientHost(), listener);
  LoseOne(ServerHost(), ClientHost(), SynSchedule(Times().syn_retries, kPatience));
  if (HasFatalFailure()) return;
  EXPECT_THAT(first.server.Poll(POLLIN, time), Returns(0));
  if (Cause("a connection works")) {
    auto [client, server] = Ping(ClientHost(), listener, "works");
    EXPECT_THAT(server.Send("pong"), Returns(4));
    EXPECT_THAT(client.Recv(), Receives("pong"));
    server.Close();
    client.Await(TcpState::kCloseWait);
    client.Close();
    client.Await(TcpState::kClose);
  }
  LoseOne(ServerHost(), ClientHost(), SynSchedule(Times().syn_retries, kPatience));
  if (HasFatalFailure()) return;

  EXPECT_THAT(first.server.Poll(POLLIN, time), Returns(0));
  const Connection second = Ping(ClientHost(), listener, "second");
  EXPECT_THAT(Wire(second.client), Shows(kDataInTheSyn));
}

}  // namespace
}  // namespace halfopen::fast_open

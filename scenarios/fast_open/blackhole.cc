// SPDX-License-Identifier: GPL-2.0-or-later
// The black hole: networks that lose everything of a connection that was opened fast.
//
// With tcp_fastopen_blackhole_timeout_sec above 0 a client gives Fast Open up for that time when a
// connection that used it meets what such a network would do: its third timeout, or an earlier end
// by timeout (tcp_fastopen_active_detect_blackhole); a FIN without the data before it, or a RST out
// of order. Not for that server alone, for the whole namespace: one host that is down is enough.
// The nth time in a row it is 2^(n-1) times as long (tcp_fastopen_active_should_disable).
#include <poll.h>

#include "scenarios/fast_open/fast_open.h"

namespace halfopen::fast_open {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Pair;

constexpr char kBlackholeSysctl[] = "net.ipv4.tcp_fastopen_blackhole_timeout_sec";

// MSG_FASTOPEN while Fast Open is off: an ordinary connection, not even a cookie is asked for.
constexpr char kOrdinary[] = R"(
    third  > server  S   0:0(0)        <mss, sackOK, TS, wscale>
    server > third   S.  0:0(0) ack 1  <mss, sackOK, TS, wscale>
    third  > server  P.  1:5(4) ack 1
    server > third   .   1:1(0) ack 5
)";

// A connection that ends by TCP_USER_TIMEOUT, long before its third timeout.
Socket ImpatientSocket(Host& clients, const std::string& label) {
  Socket socket = clients.NewSocket(label);
  socket.Set(UserTimeout{500ms});
  return socket;
}

// A connection of this name, opened with "ping", which the server has read.
Connection Ping(Host& clients, Socket& listener, const std::string& label) {
  Socket client = clients.NewSocket(label);
  EXPECT_THAT(client.SendTo(listener.host(), "ping", MSG_FASTOPEN), Returns(4));
  return {client, AcceptPing(listener)};
}

SCENARIO(FastOpenBlackhole, LostConnectionIsForgivenByDefault,
         .verdict =
             "A SYN with a cookie that ends in ETIMEDOUT changes nothing by default: the next "
             "connection sends data in its SYN again.",
         .source = "commit 213ad73d0607; tcp_fastopen_active_disable",
         .outdated =
             "A black hole switches Fast Open off for an hour: since Linux 5.14 "
             "tcp_fastopen_blackhole_timeout_sec is 0 by default.") {
  EXPECT_EQ(ClientHost().sysctls().Get(kBlackholeSysctl), "0");
  Socket listener = Listen(ServerHost());
  const Connection first = GetCookie(ClientHost(), listener);
  const Counters before = CountersOf(ClientHost());
  Fault dark = ServerHost().Drop(SynTo80());
  Socket lost = ImpatientSocket(ClientHost(), "lost");
  EXPECT_THAT(lost.SendTo(ServerHost(), "ping", MSG_FASTOPEN),
              FailsWith(ETIMEDOUT).After(SynSchedule(Times().syn_retries, 500ms)));
  dark.Lift();

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
             "tcp_fastopen_active_detect_blackhole") {
  const std::chrono::seconds time = Times().fast_open_blackhole;
  ClientHost().sysctls().Set(kBlackholeSysctl, time.count());
  Socket listener = Listen(ServerHost());
  Connection first = GetCookie(ClientHost(), listener);
  const Counters before = CountersOf(ClientHost());
  Fault dark = ServerHost().Drop(SynTo80());
  Socket lost = ImpatientSocket(ClientHost(), "lost");
  EXPECT_THAT(lost.SendTo(ServerHost(), "ping", MSG_FASTOPEN),
              FailsWith(ETIMEDOUT).After(SynSchedule(Times().syn_retries, 500ms)));
  dark.Lift();

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
             "tcp_fastopen_active_should_disable") {
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

// A middlebox that lets the handshake and the FIN through, and no data.
SCENARIO(FastOpenBlackhole, FinWithoutTheDataBeforeItCounts,
         .verdict =
             "A response that is lost while its FIN arrives counts as a black hole when the "
             "client closes: Fast Open is off.",
         .source = "tcp_fastopen_active_disable_ofo_check") {
  ClientHost().sysctls().Set(kBlackholeSysctl, Times().fast_open_blackhole.count());
  Socket listener = Listen(ServerHost());
  const Connection first = GetCookie(ClientHost(), listener);
  const Counters before = CountersOf(ClientHost());
  Fault dark = ClientHost().Drop(Input().FromPort(80).TcpFlags(kPsh, kPsh));
  Socket second = ClientHost().NewSocket("second");
  EXPECT_THAT(second.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4));
  Socket server = AcceptPing(listener);
  EXPECT_THAT(server.Send("pong"), Returns(4));
  server.Close();
  AwaitPackets([](const WirePacket& packet) { return (packet.packet.flags & kFin) != 0; }, 1,
               "FIN");
  second.Close();
  const SocketSnapshot closed = second.Await(
      [](const SocketSnapshot& now) {
        return now.timer == TimerKind::kTimeWait || now.state == TcpState::kClose;
      },
      "the socket is gone");
  ASSERT_EQ(closed.state, TcpState::kFinWait2);  // a timewait socket stands for it

  EXPECT_THAT(Wire(second).SentBy("second"), Shows(R"(
      second > server  S   0:4(4)        <mss, sackOK, TS, wscale, FO>
      second > server  .   5:5(0) ack 1
      second > server  .   5:5(0) ack 1  <TS, sack 5:6>
      second > server  F.  5:5(0) ack 1
  )"));

  EXPECT_THAT(Counted(ClientHost(), before), ElementsAre(Pair("Active", 1), Pair("Blackhole", 1)));
  const Connection third = Ping(ClientHost(), listener, "third");
  EXPECT_THAT(Wire(third.client), Shows(kOrdinary));
}

}  // namespace
}  // namespace halfopen::fast_open

// SPDX-License-Identifier: GPL-2.0-or-later
// TCP_FASTOPEN on a listener, before and after listen().
//
// The option holds from the moment it is set (tcp(7); do_tcp_setsockopt takes it in CLOSE and
// LISTEN): proxies set it before they listen, with their backlog as its value. It needs bit 0x2 of
// the sysctl as well, is limited by net.core.somaxconn (fastopen_queue_tune), and 0 switches Fast
// Open off again.
#include "scenarios/fast_open/fast_open.h"

namespace halfopen::fast_open {
namespace {

using testing::ElementsAre;
using testing::Pair;

SCENARIO(FastOpen, ListenerOptionWorksWhenSetBeforeListen,
         .verdict =
             "TCP_FASTOPEN set between bind() and listen(): the first client gets a cookie, "
             "and sends data in its next SYN.",
         .source = "tcp(7), TCP_FASTOPEN; do_tcp_setsockopt(), fastopen_queue_tune()") {
  ServerHost().sysctls().Set(kSysctl, kServerEnable);
  Socket listener = ServerHost().NewSocket("server");
  listener.Set(ReuseAddress{});
  EXPECT_THAT(listener.Bind(80), Returns(0));
  if (Cause("TCP_FASTOPEN on the listener")) {
    EXPECT_THAT(listener.Set(FastOpen{128}), Returns(0));
  }
  EXPECT_THAT(listener.Listen(128), Returns(0));
  const Connection first = GetCookie(ClientHost(), listener);
  Socket second = ClientHost().NewSocket("second");

  EXPECT_THAT(second.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4));
  const Socket server = AcceptPing(listener);
  EXPECT_THAT(Wire(first.client), Shows(R"(
      first  > server  S   0:0(0)        <mss, sackOK, TS, wscale, FO cookiereq>
      server > first   S.  0:0(0) ack 1  <mss, sackOK, TS, wscale, FO>
      first  > server  .   1:1(0) ack 1
  )"));
  EXPECT_THAT(Wire(second), Shows(kDataInTheSyn));
}

// A client that was given no cookie asks by the experimental option next (see cookie.cc).
SCENARIO(FastOpen, ListenerOptionWorksAtOnceOnALiveListener,
         .verdict =
             "TCP_FASTOPEN set on a socket that already listens takes effect with the next "
             "SYN; on a connected socket it fails with EINVAL.",
         .source = "tcp(7), TCP_FASTOPEN; do_tcp_setsockopt()") {
  ServerHost().sysctls().Set(kSysctl, kServerEnable);
  Socket listener = ServerHost().Listen();
  Connection first = GetCookie(ClientHost(), listener);
  EXPECT_THAT(Wire(first.client), Shows(R"(
      first  > server  S   0:0(0)        <mss, sackOK, TS, wscale, FO cookiereq>
      server > first   S.  0:0(0) ack 1  <mss, sackOK, TS, wscale>
      first  > server  .   1:1(0) ack 1
  )"));

  EXPECT_THAT(first.server.Set(FastOpen{16}), FailsWith(EINVAL));
  if (Cause("TCP_FASTOPEN on the listener")) {
    EXPECT_THAT(listener.Set(FastOpen{16}), Returns(0));
  }
  const Counters before = CountersOf(ServerHost());
  for (const char* label : {"asks", "second"}) {
    Socket client = ClientHost().NewSocket(label);
    EXPECT_THAT(client.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4));
    const Socket server = AcceptPing(listener);
  }
  EXPECT_THAT(Counted(ServerHost(), before),
              ElementsAre(Pair("CookieReqd", 1), Pair("Passive", 1)));
}

SCENARIO(FastOpen, ListenerOptionZeroSwitchesItOff,
         .verdict =
             "TCP_FASTOPEN set to 0 on a live listener: cookies are ignored, data in the SYN "
             "is sent again after the handshake.",
         .source = "tcp(7), TCP_FASTOPEN; tcp_fastopen_queue_check()") {
  Socket listener = Listen(ServerHost());
  const Connection first = GetCookie(ClientHost(), listener);
  const Counters before = CountersOf(ServerHost());
  if (Cause("TCP_FASTOPEN is set to 0")) {
    EXPECT_THAT(listener.Set(FastOpen{0}), Returns(0));
  }
  Socket second = ClientHost().NewSocket("second");

  EXPECT_THAT(second.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4));
  const Socket server = AcceptPing(listener);
  EXPECT_THAT(Wire(second), Shows(kDataRefused));
  EXPECT_THAT(Counted(ServerHost(), before), ElementsAre());
}

}  // namespace
}  // namespace halfopen::fast_open

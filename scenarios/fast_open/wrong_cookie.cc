// SPDX-License-Identifier: GPL-2.0-or-later
// A cookie that the server does not know.
//
// Cookies are made with a secret: a server that was started again, or another one behind the same
// address, has another (tcp_fastopen_key; TCP_FASTOPEN_KEY for one listener). A wrong cookie costs
// nothing but the round trip that it was to save: the SYN-ACK acknowledges the SYN alone and brings
// a new cookie, the client sends the data again (RFC 7413 4.2.2). With two keys a server changes
// them without that: cookies of the second key, the old one, are taken and renewed.
#include <netinet/tcp.h>

#include "scenarios/fast_open/fast_open.h"

namespace halfopen::fast_open {
namespace {

using testing::ElementsAre;
using testing::Pair;

// As kDataRefused, with a new cookie.
constexpr char kNewCookie[] = R"(
    second > server  S   0:4(4)        <mss, sackOK, TS, wscale, FO>
    server > second  S.  0:0(0) ack 1  <mss, sackOK, TS, wscale, FO>
    second > server  P.  1:5(4) ack 1
    server > second  .   1:1(0) ack 5
)";

SCENARIO(FastOpen, WrongCookieIsReplacedAndTheDataSentAgain,
         .verdict =
             "A server with a new key refuses the cookie without an error: its SYN-ACK brings "
             "a new one, and the data goes again.",
         .source = "RFC 7413 4.2.2; tcp_fastopen_cookie_gen_check(), tcp_rcv_fastopen_synack()") {
  ServerHost().sysctls().Set(kKeySysctl, kFirstKey);
  Socket listener = Listen(ServerHost());
  const Connection first = GetCookie(ClientHost(), listener);
  if (Cause("the server's key changes")) ServerHost().sysctls().Set(kKeySysctl, kSecondKey);
  const Counters before = CountersOf(ServerHost());
  const Counters before_client = CountersOf(ClientHost());
  Socket second = ClientHost().NewSocket("second");
  EXPECT_THAT(second.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4));
  const Socket server = AcceptPing(listener);
  EXPECT_THAT(Wire(second), Shows(kNewCookie));
  EXPECT_THAT(Counted(ServerHost(), before), ElementsAre(Pair("PassiveFail", 1)));
  EXPECT_THAT(Counted(ClientHost(), before_client), ElementsAre(Pair("ActiveFail", 1)));

  Socket third = ClientHost().NewSocket("third");
  EXPECT_THAT(third.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4));
  EXPECT_THAT(Wire(third), Shows(R"(
      third  > server  S   0:4(4)        <mss, sackOK, TS, wscale, FO>
      server > third   S.  0:0(0) ack 5  <mss, sackOK, TS, wscale>
      third  > server  .   5:5(0) ack 1
      quiet 200ms
  )"));
}

SCENARIO(FastOpen, SecondKeyStillAcceptsOldCookies,
         .verdict =
             "With tcp_fastopen_key = new,old a cookie of the old key is accepted, data and "
             "all, and the SYN-ACK brings one of the new key.",
         .source = "ip-sysctl.rst, tcp_fastopen_key; tcp_fastopen_cookie_gen_check()") {
  ServerHost().sysctls().Set(kKeySysctl, kFirstKey);
  Socket listener = Listen(ServerHost());
  const Connection first = GetCookie(ClientHost(), listener);
  if (Cause("the server's key changes and the old one stays as the second")) {
    ServerHost().sysctls().Set(kKeySysctl, std::string(kSecondKey) + "," + kFirstKey);
  }
  const Counters before = CountersOf(ServerHost());
  Socket second = ClientHost().NewSocket("second");
  EXPECT_THAT(second.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4));

  const Socket server = AcceptPing(listener);
  EXPECT_THAT(Wire(second), Shows(R"(
      second > server  S   0:4(4)        <mss, sackOK, TS, wscale, FO>
      server > second  S.  0:0(0) ack 5  <mss, sackOK, TS, wscale, FO>
      second > server  .   5:5(0) ack 1
      quiet 200ms
  )"));
  EXPECT_THAT(Counted(ServerHost(), before),
              ElementsAre(Pair("Passive", 1), Pair("PassiveAltKey", 1)));
}

// A client has one cookie for a host, so two listeners with keys of their own take it from each
// other.
SCENARIO(FastOpen, ListenersWithKeysOfTheirOwnRefuseEachOthersCookies,
         .verdict =
             "TCP_FASTOPEN_KEY on one of a host's listeners: the client's one cookie for the "
             "host is never right for both ports.",
         .source = "tcp_fastopen_get_ctx(), tcp_fastopen_cache_set() (net/ipv4/tcp_metrics.c)") {
  Socket listener = Listen(ServerHost());
  Socket other = ServerHost().Listen(128, 81);
  EXPECT_THAT(other.Set(FastOpen{16}), Returns(0));
  if (Cause("the listener on port 81 sets TCP_FASTOPEN_KEY")) {
    EXPECT_THAT(other.SetOption(IPPROTO_TCP, TCP_FASTOPEN_KEY, std::string("a key of its own"),
                                "TCP_FASTOPEN_KEY"),
                Returns(0));
  }
  const Connection first = GetCookie(ClientHost(), listener);
  const Counters before = CountersOf(ServerHost());

  Socket second = ClientHost().NewSocket("second");
  const Endpoint port_81{ServerHost().address(), 81};
  EXPECT_THAT(second.SendTo(port_81, "ping", MSG_FASTOPEN), Returns(4));
  const Socket at_81 = AcceptPing(other);
  EXPECT_THAT(Wire(second), Shows(kNewCookie));
  Socket third = ClientHost().NewSocket("third");
  EXPECT_THAT(third.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4));
  const Socket at_80 = AcceptPing(listener);
  EXPECT_THAT(Counted(ServerHost(), before), ElementsAre(Pair("PassiveFail", 2)));
}

}  // namespace
}  // namespace halfopen::fast_open

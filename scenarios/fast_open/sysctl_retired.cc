// SPDX-License-Identifier: GPL-2.0-or-later
// tcp_fastopen, the bits that do nothing any more: 0x100, 0x800 and 0x1000.
//
// They were for the development of Fast Open. 0x100 took data without looking at the cookie, 0x1000
// made a Fast Open connection of every SYN: both went in Linux 3.16. 0x800 was 0x400 with the upper
// 16 bits of the sysctl as the limit and went in 4.9. The sysctl still takes any number.
#include "scenarios/fast_open/fast_open.h"

namespace halfopen::fast_open {
namespace {

using testing::ElementsAre;
using testing::Pair;

SCENARIO(FastOpenSysctl, RetiredBit100ChecksTheCookieAllTheSame,
         .verdict =
             "0x100 does nothing: with 0x102 a wrong cookie is refused and replaced, and the "
             "data sent again.",
         .source =
             "commit \"tcp: simplify fast open cookie processing\" (3.16); "
             "tcp_try_fastopen()",
         .outdated =
             "0x100 was to take data in a SYN without checking the cookie: it is gone "
             "since Linux 3.16, and 0x200 is what is left.") {
  ServerHost().sysctls().Set(kKeySysctl, kFirstKey);
  Socket listener = Listen(ServerHost());
  ServerHost().sysctls().Set(kSysctl, kServerEnable | 0x100);
  const Connection first = GetCookie(ClientHost(), listener);
  if (Cause("the server's key changes")) ServerHost().sysctls().Set(kKeySysctl, kSecondKey);
  const Counters before = CountersOf(ServerHost());
  Socket second = ClientHost().NewSocket("second");

  EXPECT_THAT(second.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4));
  const Socket server = AcceptPing(listener);
  EXPECT_THAT(Wire(second), Shows(R"(
      second > server  S   0:4(4)        <mss, sackOK, TS, wscale, FO>
      server > second  S.  0:0(0) ack 1  <mss, sackOK, TS, wscale, FO>
      second > server  P.  1:5(4) ack 1
      server > second  .   1:1(0) ack 5
      quiet 200ms
  )"));
  EXPECT_THAT(Counted(ServerHost(), before), ElementsAre(Pair("PassiveFail", 1)));
}

SCENARIO(FastOpenSysctl, RetiredBit800GivesNoListenerAQueue,
         .verdict =
             "0x800 does nothing: with 0x802 and a limit in the upper 16 bits a listener "
             "without TCP_FASTOPEN gives no cookie.",
         .source =
             "commit \"net-tcp: retire TFO_SERVER_WO_SOCKOPT2 config\" (4.9); "
             "__inet_listen_sk()",
         .outdated =
             "0x800 was to take the limit from the upper 16 bits: it is gone since Linux "
             "4.9; 0x400, with the backlog as the limit, is what is left.") {
  const int bit = Cause("0x800 and not 0x400") ? 0x800 : kServerWithoutSocketOption;
  ServerHost().sysctls().Set(kSysctl, 16 << 16 | kServerEnable | bit);
  Socket listener = ServerHost().Listen();
  const Counters before = CountersOf(ServerHost());

  const Connection first = GetCookie(ClientHost(), listener);
  EXPECT_THAT(Wire(), Shows(R"(
      first  > server  S   0:0(0)        <mss, sackOK, TS, wscale, FO cookiereq>
      server > first   S.  0:0(0) ack 1  <mss, sackOK, TS, wscale>
      first  > server  .   1:1(0) ack 1
      quiet 200ms
  )"));
  EXPECT_THAT(Counted(ServerHost(), before), ElementsAre(Pair("CookieReqd", 1)));
}

SCENARIO(FastOpenSysctl, RetiredBit1000MakesNoConnectionOfAnOrdinarySyn,
         .verdict =
             "0x1000 does nothing: a SYN without cookie and data stays a request, and "
             "accept() waits for the end of its handshake.",
         .source =
             "commit \"tcp: simplify fast open cookie processing\" (3.16); "
             "tcp_try_fastopen()",
         .outdated =
             "0x1000 was to make a Fast Open connection of every SYN: it is gone since "
             "Linux 3.16.") {
  Socket listener = Listen(ServerHost());
  ServerHost().sysctls().Set(kSysctl, kServerEnable | 0x1000);
  listener.SetNonBlocking();
  const Counters before = CountersOf(ServerHost());
  Fault lost = ServerHost().Drop(LastAck());
  Socket client = ClientHost().NewSocket();

  EXPECT_THAT(client.Connect(ServerHost()), Returns(0));
  EXPECT_THAT(Wire(), Shows(R"(
      client >  server  S   0:0(0)        <mss, sackOK, TS, wscale>
      server >  client  S.  0:0(0) ack 1  <mss, sackOK, TS, wscale>
      client >| server  .   1:1(0) ack 1
      quiet 200ms
  )"));
  const auto request = ServerHost().Diagnose(client.remote(), client.local());
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->state, TcpState::kSynRecv);
  EXPECT_THAT(listener.Accept().origin(), FailsWith(EAGAIN));
  EXPECT_THAT(Counted(ServerHost(), before), ElementsAre());
}

}  // namespace
}  // namespace halfopen::fast_open

// SPDX-License-Identifier: GPL-2.0-or-later
// tcp_fastopen, the client's bits: 0x1 and 0x4 (ip-sysctl.rst).
//
// 0x1 lets an application open fast; the application must ask for it, connect(2) alone never does.
// 0x4 sends data in the SYN without a cookie and without the option: only for servers that take it
// so (0x200). Without 0x1 it means nothing.
#include "scenarios/fast_open/fast_open.h"

namespace halfopen::fast_open {
namespace {

using testing::ElementsAre;
using testing::Pair;

SCENARIO(FastOpenSysctl, BitOneIsTheDefaultAndChangesNoOrdinaryConnect,
         .verdict =
             "tcp_fastopen is 1 by default, the client's bit: connect() still sends a SYN "
             "without the option and without data.",
         .source = "ip-sysctl.rst, tcp_fastopen; tcp_sk_init(), tcp_sendmsg_fastopen()",
         .outdated =
             "tcp_fastopen is said to be 0 by default: it has been 1, the bit of clients, "
             "since Linux 3.13.") {
  EXPECT_EQ(ClientHost().sysctls().Get(kSysctl), "1");
  Socket listener = Listen(ServerHost());
  Socket client = ClientHost().NewSocket();
  if (!Cause("the application asks for nothing")) client.Set(FastOpenConnect{});

  EXPECT_THAT(client.Connect(ServerHost()), Returns(0));
  EXPECT_THAT(Wire(), Shows(R"(
      client > server  S   0:0(0)        <mss, sackOK, TS, wscale>
      server > client  S.  0:0(0) ack 1  <mss, sackOK, TS, wscale>
      client > server  .   1:1(0) ack 1
      quiet 200ms
  )"));
}

SCENARIO(FastOpenSysctl, ClientWithoutBitOneFailsWithEopnotsupp,
         .verdict =
             "With 0x1 clear sendto(MSG_FASTOPEN) and TCP_FASTOPEN_CONNECT fail with "
             "EOPNOTSUPP, whatever other bits are set (0x4, 0x104).",
         .source = "ip-sysctl.rst, tcp_fastopen; tcp_sendmsg_fastopen(), do_tcp_setsockopt()") {
  Socket listener = Listen(ServerHost());
  const int bit = Cause("0x1 is clear") ? 0 : kClientEnable;
  for (const int other : {0, kClientNoCookie, 0x100 | kClientNoCookie}) {
    ClientHost().sysctls().Set(kSysctl, other | bit);
    Socket client = ClientHost().NewSocket();
    EXPECT_THAT(client.Set(FastOpenConnect{}), FailsWith(EOPNOTSUPP));
    EXPECT_THAT(client.SendTo(ServerHost(), "ping", MSG_FASTOPEN), FailsWith(EOPNOTSUPP));
  }
  EXPECT_THAT(Wire(), Shows("quiet 200ms"));
}

SCENARIO(FastOpenSysctl, BitFourSendsDataWithoutACookie,
         .verdict =
             "With 0x5 on the client and 0x202 on the server the very first SYN carries data, "
             "without option and cookie, and it is read.",
         .source = "ip-sysctl.rst, tcp_fastopen 0x4 and 0x200; tcp_fastopen_no_cookie()") {
  Socket listener = Listen(ServerHost());
  ServerHost().sysctls().Set(kSysctl, kServerEnable | kServerCookieNotRequired);
  const Counters before = CountersOf(ServerHost());
  if (Cause("0x4 on the client")) {
    ClientHost().sysctls().Set(kSysctl, kClientEnable | kClientNoCookie);
  }
  Socket client = ClientHost().NewSocket();

  EXPECT_THAT(client.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4));
  const Socket server = AcceptPing(listener);
  EXPECT_THAT(Wire(), Shows(R"(
      client > server  S   0:4(4)        <mss, sackOK, TS, wscale>
      server > client  S.  0:0(0) ack 5  <mss, sackOK, TS, wscale>
      client > server  .   5:5(0) ack 1
      quiet 200ms
  )"));
  EXPECT_THAT(Counted(ServerHost(), before), ElementsAre(Pair("Passive", 1)));
}

SCENARIO(FastOpenSysctl, BitFourTowardsAServerThatWantsCookies,
         .verdict =
             "With 0x4 against a server without 0x200 the data in each SYN is ignored and sent "
             "again: no cookie is ever asked for.",
         .source = "ip-sysctl.rst, tcp_fastopen 0x4; tcp_try_fastopen()") {
  Socket listener = Listen(ServerHost());
  const Counters before = CountersOf(ServerHost());
  const Counters before_client = CountersOf(ClientHost());
  if (Cause("0x4 on the client")) {
    ClientHost().sysctls().Set(kSysctl, kClientEnable | kClientNoCookie);
  }
  Socket client = ClientHost().NewSocket();

  EXPECT_THAT(client.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4));
  const Socket server = AcceptPing(listener);
  EXPECT_THAT(Wire(), Shows(R"(
      client > server  S   0:4(4)        <mss, sackOK, TS, wscale>
      server > client  S.  0:0(0) ack 1  <mss, sackOK, TS, wscale>
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
      quiet 200ms
  )"));
  EXPECT_THAT(Counted(ServerHost(), before), ElementsAre());
  EXPECT_THAT(Counted(ClientHost(), before_client), ElementsAre(Pair("ActiveFail", 1)));
}

}  // namespace
}  // namespace halfopen::fast_open

// SPDX-License-Identifier: GPL-2.0-or-later
// tcp_fastopen, the server's bits: 0x2, 0x200 and 0x400 (ip-sysctl.rst).
//
// 0x2 switches Fast Open on for listeners that have TCP_FASTOPEN; 0x400 gives it to every listener,
// with its backlog as the limit, at listen() (__inet_listen_sk). 0x200 takes data in a SYN without
// a cookie, from anyone: then a SYN with a forged address is enough to have a request processed.
#include "scenarios/fast_open/fast_open.h"

namespace halfopen::fast_open {
namespace {

using testing::ElementsAre;
using testing::Pair;

// A first connection that asked for a cookie, and got none.
constexpr char kNoCookie[] = R"(
    first  > server  S   0:0(0)        <mss, sackOK, TS, wscale, FO cookiereq>
    server > first   S.  0:0(0) ack 1  <mss, sackOK, TS, wscale>
    first  > server  .   1:1(0) ack 1
    quiet 200ms
)";

SCENARIO(FastOpenSysctl, ListenerOptionDoesNothingWithoutBitTwo,
         .verdict =
             "With tcp_fastopen at its default of 1, setsockopt(TCP_FASTOPEN) succeeds and "
             "does nothing: no cookie is given.",
         .source = "ip-sysctl.rst, tcp_fastopen 0x2; tcp_try_fastopen()") {
  Socket listener = Listen(ServerHost());
  if (Cause("0x2 is clear")) ServerHost().sysctls().Set(kSysctl, kClientEnable);
  const Counters before = CountersOf(ServerHost());

  const Connection first = GetCookie(ClientHost(), listener);
  EXPECT_THAT(Wire(), Shows(kNoCookie));
  EXPECT_THAT(Counted(ServerHost(), before), ElementsAre(Pair("CookieReqd", 1)));
}

LOOPBACK_SCENARIO(FastOpenSysctl, ThreeIsClientAndServer,
                  .verdict =
                      "tcp_fastopen = 3 is 0x1 and 0x2: a host whose clients and listeners "
                      "with TCP_FASTOPEN both open fast.",
                  .source = "ip-sysctl.rst, tcp_fastopen",
                  .outdated =
                      "tcp_fastopen = 3 is said to be all there is to do: the listener needs "
                      "TCP_FASTOPEN (or 0x400), the client MSG_FASTOPEN or TCP_FASTOPEN_CONNECT.") {
  Socket listener = ServerHost().Listen();
  EXPECT_THAT(listener.Set(FastOpen{16}), Returns(0));
  if (Cause("tcp_fastopen = 3")) ServerHost().sysctls().Set(kSysctl, 3);
  const Connection first = GetCookie(ClientHost(), listener);
  Socket second = ClientHost().NewSocket("second");

  EXPECT_THAT(second.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4));
  const Socket server = AcceptPing(listener);
  EXPECT_THAT(Wire(second), Shows(kDataInTheSyn));
}

SCENARIO(FastOpenSysctl, ServerThatNeedsNoCookieGivesNone,
         .verdict =
             "With 0x200 a SYN that only asks for a cookie gets none and is accepted in "
             "SYN-RECV; clients without 0x4 never send data in a SYN.",
         .source = "ip-sysctl.rst, tcp_fastopen 0x200; tcp_try_fastopen()") {
  Socket listener = Listen(ServerHost());
  if (Cause("0x200 on the server")) {
    ServerHost().sysctls().Set(kSysctl, kServerEnable | kServerCookieNotRequired);
  }
  const Counters before = CountersOf(ServerHost());
  Fault lost = ServerHost().Drop(LastAck());
  Socket client = ClientHost().NewSocket();
  client.Set(FastOpenConnect{});

  EXPECT_THAT(client.Connect(ServerHost()), Returns(0));
  EXPECT_THAT(Wire(), Shows(R"(
      client >  server  S   0:0(0)        <mss, sackOK, TS, wscale, FO cookiereq>
      server >  client  S.  0:0(0) ack 1  <mss, sackOK, TS, wscale>
      client >| server  .   1:1(0) ack 1
      quiet 200ms
  )"));
  EXPECT_THAT(Counted(ServerHost(), before),
              ElementsAre(Pair("CookieReqd", 1), Pair("Passive", 1)));
  Socket server = listener.Accept();
  EXPECT_EQ(server.Snapshot().state, TcpState::kSynRecv);
}

SCENARIO(FastOpenSysctl, EveryListenerTakesFastOpenWithItsBacklogAsTheLimit,
         .verdict =
             "With 0x402 a listener without TCP_FASTOPEN takes Fast Open too; its backlog is "
             "the limit, beyond which clients fall back.",
         .source = "ip-sysctl.rst, tcp_fastopen 0x400; __inet_listen_sk(), fastopen_queue_tune()") {
  if (Cause("0x402 on the server")) {
    ServerHost().sysctls().Set(kSysctl, kServerEnable | kServerWithoutSocketOption);
  }
  Socket listener = ServerHost().Listen(1);
  const Connection first = GetCookie(ClientHost(), listener);
  const Counters before = CountersOf(ServerHost());
  std::vector<Socket> pending;
  {
    Fault lost = ServerHost().Drop(LastAck());
    Socket second = pending.emplace_back(ClientHost().NewSocket("second"));
    EXPECT_THAT(second.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4));
    EXPECT_THAT(pending.emplace_back(listener.Accept("pending")).Recv(), Receives("ping"));
    EXPECT_THAT(Wire(second), Shows(R"(
        second >  server  S   0:4(4)        <mss, sackOK, TS, wscale, FO>
        server >  second  S.  0:0(0) ack 5  <mss, sackOK, TS, wscale>
        second >| server  .   5:5(0) ack 1
    )"));
  }
  Socket third = ClientHost().NewSocket("third");
  EXPECT_THAT(third.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4));
  const Socket server = AcceptPing(listener);
  EXPECT_THAT(Counted(ServerHost(), before),
              ElementsAre(Pair("ListenOverflow", 1), Pair("Passive", 1)));
}

SCENARIO(FastOpenSysctl, EveryListenerBitIsReadAtListenAndNeedsBitTwo,
         .verdict =
             "0x400 is looked at by listen(), and only together with 0x2: a listener from "
             "before 0x402 was set gives no cookies.",
         .source = "__inet_listen_sk() (net/ipv4/af_inet.c)") {
  const int both = kServerEnable | kServerWithoutSocketOption;
  ServerHost().sysctls().Set(
      kSysctl, Cause("0x2 is set after listen()") ? kServerWithoutSocketOption : both);
  Socket listener = ServerHost().Listen();
  ServerHost().sysctls().Set(kSysctl, both);

  const Connection first = GetCookie(ClientHost(), listener);
  EXPECT_THAT(Wire(), Shows(kNoCookie));
}

}  // namespace
}  // namespace halfopen::fast_open

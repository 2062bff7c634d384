// SPDX-License-Identifier: GPL-2.0-or-later
// The limit of a listener's Fast Open queue.
//
// TCP_FASTOPEN's value limits the connections that were made of a SYN and whose handshake has not
// ended: a flood of SYNs with forged addresses could hold no more sockets than that (RFC 7413 5.1).
// Beyond it the server behaves as if it knew no Fast Open (tcp_fastopen_queue_check): the client's
// data goes again after an ordinary handshake. An accepted request that ended with a RST, as that
// of a forged address would, takes its place for another 60 s (reqsk_fastopen_remove).
#include <poll.h>

#include "scenarios/fast_open/fast_open.h"

namespace halfopen::fast_open {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Pair;

// kDataRefused and kDataInTheSyn, of a third connection and of a fourth.
constexpr char kThirdRefused[] = R"(
    third  > server  S   0:4(4)        <mss, sackOK, TS, wscale, FO>
    server > third   S.  0:0(0) ack 1  <mss, sackOK, TS, wscale>
    third  > server  P.  1:5(4) ack 1
    server > third   .   1:1(0) ack 5
)";
constexpr char kFourthTaken[] = R"(
    fourth > server  S   0:4(4)        <mss, sackOK, TS, wscale, FO>
    server > fourth  S.  0:0(0) ack 5  <mss, sackOK, TS, wscale>
    fourth > server  .   5:5(0) ack 1
)";

SCENARIO(FastOpen, FullQueueFallsBackToAnOrdinaryHandshake,
         .verdict =
             "TCP_FASTOPEN's limit is reached: data in the SYN is ignored without an error "
             "and sent again after the handshake.",
         .source = "RFC 7413 5.1; tcp_fastopen_queue_check() (TCPFastOpenListenOverflow)") {
  Socket listener = Listen(ServerHost(), 1);
  const Connection first = GetCookie(ClientHost(), listener);
  const Counters before = CountersOf(ServerHost());
  Fault lost = ServerHost().Drop(LastAck());
  Socket second = ClientHost().NewSocket("second");
  EXPECT_THAT(second.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4));
  Socket pending = listener.Accept("pending");
  ASSERT_EQ(pending.Snapshot().state, TcpState::kSynRecv);

  Socket third = ClientHost().NewSocket("third");
  EXPECT_THAT(third.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4));
  const Socket server = AcceptPing(listener);
  EXPECT_THAT(Wire(third), Shows(kThirdRefused));
  EXPECT_THAT(Counted(ServerHost(), before),
              ElementsAre(Pair("ListenOverflow", 1), Pair("Passive", 1)));

  // Data ends the second one's handshake, and there is room again.
  EXPECT_THAT(second.Send("more"), Returns(4));
  pending.Await(TcpState::kEstablished);
  Socket fourth = ClientHost().NewSocket("fourth");
  EXPECT_THAT(fourth.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4));
  EXPECT_THAT(Wire(fourth), Shows(kFourthTaken));
}

// A client sends "ping" in its SYN, hears no SYN-ACK and closes: its host answers the next one with
// a RST, which ends the server's accepted connection. Returns the time when the server learnt it.
TimePoint ResetOne(Host& clients, Socket& listener) {
  Fault lost = clients.Drop(SynAckFrom80().First(1));
  Socket second = clients.NewSocket("second");
  second.SetNonBlocking();
  EXPECT_THAT(second.SendTo(listener.host(), "ping", MSG_FASTOPEN), Returns(4));
  second.Close();
  Socket pending = listener.Accept("pending");
  EXPECT_THAT(pending.Recv(), Receives("ping"));
  const Call reset = pending.Recv();
  EXPECT_THAT(reset, FailsWith(ECONNRESET));
  return reset.end;
}

SCENARIO(FastOpen, ResetRequestStillCountsAgainstTheLimit,
         .verdict =
             "A Fast Open connection that a RST ended in SYN-RECV counts against the limit: "
             "the next one falls back, although none is left.",
         .source = "RFC 7413 5.1; reqsk_fastopen_remove() (net/core/request_sock.c)") {
  Socket listener = Listen(ServerHost(), 1);
  const Connection first = GetCookie(ClientHost(), listener);
  const Counters before = CountersOf(ServerHost());
  if (Cause("a RST in SYN-RECV")) ResetOne(ClientHost(), listener);

  Socket third = ClientHost().NewSocket("third");
  EXPECT_THAT(third.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4));
  const Socket server = AcceptPing(listener);
  EXPECT_THAT(Wire(third), Shows(kThirdRefused));
  EXPECT_THAT(Counted(ServerHost(), before),
              ElementsAre(Pair("ListenOverflow", 1), Pair("Passive", 1)));
}

DEFAULT_PROFILE_SCENARIO(FastOpen, ResetRequestCountsForAMinute,
                         .verdict =
                             "A minute after the RST the request's place in the Fast Open "
                             "queue is free again.",
                         .source = "reqsk_fastopen_remove(), tcp_fastopen_queue_check() (60 s)") {
  Socket listener = Listen(ServerHost(), 1);
  const Connection first = GetCookie(ClientHost(), listener);
  if (Cause("a RST in SYN-RECV")) ResetOne(ClientHost(), listener);

  EXPECT_THAT(listener.Poll(POLLIN, 59s), Returns(0));
  Socket third = ClientHost().NewSocket("third");
  EXPECT_THAT(third.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4));
  const Socket server = AcceptPing(listener);
  EXPECT_THAT(Wire(third), Shows(kThirdRefused));

  EXPECT_THAT(listener.Poll(POLLIN, 1s), Returns(0));
  Socket fourth = ClientHost().NewSocket("fourth");
  EXPECT_THAT(fourth.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4));
  EXPECT_THAT(Wire(fourth), Shows(kFourthTaken));
}

// A SYN cookie keeps no state, so there is no connection to put the data into.
SCENARIO(FastOpen, SynCookiesLeaveNoFastOpen,
         .verdict =
             "While a server answers by SYN cookies it takes no data from SYNs: no error, sent "
             "again after the handshake.",
         .source = "ip-sysctl.rst, tcp_syncookies; tcp_conn_request()") {
  Socket listener = Listen(ServerHost());
  const Connection first = GetCookie(ClientHost(), listener);
  if (Cause("tcp_syncookies = 2")) ServerHost().sysctls().Set("net.ipv4.tcp_syncookies", 2);
  const Counters before = CountersOf(ServerHost());
  Socket second = ClientHost().NewSocket("second");

  EXPECT_THAT(second.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4));
  const Socket server = AcceptPing(listener);
  EXPECT_THAT(Wire(second), Shows(kDataRefused));
  EXPECT_THAT(Counted(ServerHost(), before), ElementsAre());
  EXPECT_THAT(
      CountersOf(ServerHost()).Since(before),
      testing::IsSupersetOf({Pair("TcpExt.SyncookiesSent", 1), Pair("TcpExt.SyncookiesRecv", 1)}));
}

}  // namespace
}  // namespace halfopen::fast_open

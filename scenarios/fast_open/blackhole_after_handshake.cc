// SPDX-License-Identifier: GPL-2.0-or-later
// The black hole that lets the handshake through: a response that is lost, and what comes after it.
//
// A middlebox may take data in a SYN for an attack and drop what belongs to it later. Where a
// client that opened fast has received no data yet and sees a FIN with a gap before it, or a RST,
// it takes that for such a network, and switches Fast Open off as for a timeout (see blackhole.cc).
#include "scenarios/fast_open/blackhole.h"

namespace halfopen::fast_open {
namespace {

using testing::ElementsAre;
using testing::Pair;

SCENARIO(FastOpenBlackhole, FinWithoutTheDataBeforeItCounts,
         .verdict =
             "A response that is lost while its FIN arrives counts as a black hole when the "
             "client closes: Fast Open is off.",
         .source = "tcp_fastopen_active_disable_ofo_check()") {
  ClientHost().sysctls().Set(kBlackholeSysctl, 3600);
  Socket listener = Listen(ServerHost());
  const Connection first = GetCookie(ClientHost(), listener);
  const Counters before = CountersOf(ClientHost());
  Fault dark = ClientHost().Drop(Input().FromPort(80).TcpFlags(kPsh, kPsh));
  auto [second, server] = Ping(ClientHost(), listener, "second");
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

// The RST of a server that threw its response away: the client asks back (RFC 5961 3.2), and is
// answered by the host, which knows the connection no more.
SCENARIO(FastOpenBlackhole, ResetBehindALostResponseCounts,
         .verdict =
             "A RST that arrives without the data before it counts as a black hole; it draws "
             "a challenge ACK and then ECONNRESET.",
         .source = "RFC 5961 3.2; tcp_validate_incoming()") {
  ClientHost().sysctls().Set(kBlackholeSysctl, 3600);
  Socket listener = Listen(ServerHost());
  const Connection first = GetCookie(ClientHost(), listener);
  const Counters before = CountersOf(ClientHost());
  Fault dark = ClientHost().Drop(Input().FromPort(80).TcpFlags(kPsh, kPsh));
  auto [second, server] = Ping(ClientHost(), listener, "second");
  EXPECT_THAT(server.Send("pong"), Returns(4));
  server.Set(Linger{});
  EXPECT_THAT(server.Close(), Returns(0));

  ASSERT_THAT(second.Recv(), FailsWith(ECONNRESET));
  EXPECT_THAT(Wire(second), Shows(R"(
      second >  server  S   0:4(4)        <mss, sackOK, TS, wscale, FO>
      server >  second  S.  0:0(0) ack 5
      second >  server  .   5:5(0) ack 1
      server >| second  P.  1:5(4) ack 5
      server >  second  R.  5:5(0) ack 5
      second >  server  .   5:5(0) ack 1
      server >  second  R   1:1(0)
      quiet 200ms
  )"));
  EXPECT_THAT(Counted(ClientHost(), before), ElementsAre(Pair("Active", 1), Pair("Blackhole", 1)));
  const Connection third = Ping(ClientHost(), listener, "third");
  EXPECT_THAT(Wire(third.client), Shows(kOrdinary));
}

}  // namespace
}  // namespace halfopen::fast_open

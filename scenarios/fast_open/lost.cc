// SPDX-License-Identifier: GPL-2.0-or-later
// A SYN with data that gets lost, and a lost SYN-ACK.
//
// Whatever was lost, it may be that a middlebox does not like data in a SYN. So the retry is an
// ordinary SYN, without data and without cookie, after the ordinary second, and the data goes
// behind the handshake (tcp_send_syn_data). That second costs more than the round trip that was to
// be saved. If only the SYN-ACK was lost, the server has the data already: it answers the bare SYN
// with a SYN-ACK that acknowledges the data too (tcp_check_req).
#include "scenarios/fast_open/fast_open.h"

namespace halfopen::fast_open {
namespace {

using testing::ElementsAre;
using testing::Pair;

SCENARIO(FastOpen, LostSynIsSentAgainWithoutDataAndCookie,
         .verdict =
             "A SYN with data that is lost goes again after 1 s, bare; the data follows the "
             "handshake, and no error is seen.",
         .source = "tcp_send_syn_data(), tcp_rcv_fastopen_synack()") {
  Socket listener = Listen(ServerHost());
  const Connection first = GetCookie(ClientHost(), listener);
  const Counters before = CountersOf(ClientHost());
  const Counters before_server = CountersOf(ServerHost());
  const auto schedule = SynSchedule();
  Fault dark = ServerHost().Drop(SynTo80().HasTcpOption(kOptionFastOpen));
  Socket second = ClientHost().NewSocket("second");

  EXPECT_THAT(second.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4).After(schedule[0]));
  const Socket server = AcceptPing(listener);

  EXPECT_THAT(Wire(second), Shows(R"(
              second >| server  S   0:4(4)        <mss, sackOK, TS, wscale, FO>
      +again  second >  server  S   0:0(0)        <mss, sackOK, TS, wscale>
              server >  second  S.  0:0(0) ack 1  <mss, sackOK, TS, wscale>
              second >  server  P.  1:5(4) ack 1
              server >  second  .   1:1(0) ack 5
      quiet 200ms
  )",
                                  Bind("again", schedule[0])));
  EXPECT_THAT(Counted(ClientHost(), before), ElementsAre(Pair("ActiveFail", 1)));
  EXPECT_THAT(Counted(ServerHost(), before_server), ElementsAre());
}

// Both sides' timers run: the client's SYN goes again after a second, and so does the SYN-ACK.
SCENARIO(FastOpen, LostSynAckOfAFastOpenIsRepeatedForTheBareSyn,
         .verdict =
             "The SYN-ACK is lost: the server already reads the data, and its next SYN-ACK "
             "acknowledges it, so nothing is sent twice.",
         .source = "RFC 7413 4.2.2; tcp_fastopen_synack_timer(), tcp_check_req()") {
  Socket listener = Listen(ServerHost());
  const Connection first = GetCookie(ClientHost(), listener);
  const Counters before = CountersOf(ClientHost());
  const auto schedule = SynSchedule();
  Fault deaf = ClientHost().Drop(SynAckFrom80().First(1));
  Socket second = ClientHost().NewSocket("second");
  second.SetNonBlocking();

  EXPECT_THAT(second.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4).AtOnce());
  EXPECT_EQ(second.Snapshot().state, TcpState::kSynSent);
  EXPECT_EQ(second.Snapshot().timer, TimerKind::kOn);
  Socket server = AcceptPing(listener);
  EXPECT_EQ(server.Snapshot().state, TcpState::kSynRecv);
  second.Await(TcpState::kEstablished);
  server.Await(TcpState::kEstablished);

  EXPECT_THAT(Wire(second).SentBy("second"), Shows(R"(
               second > server  S  0:4(4)        <mss, sackOK, TS, wscale, FO>
      +again ? second > server  S  0:0(0)        <mss, sackOK, TS, wscale>
               second > server  .  5:5(0) ack 1
             ? second > server  .  5:5(0) ack 1
      quiet 200ms
  )",
                                                   Bind("again", schedule[0])));
  EXPECT_THAT(Wire(second).SentBy("server"), Shows(R"(
        server >| second  S.  0:0(0) ack 5  <mss, sackOK, TS, wscale>
        server >  second  S.  0:0(0) ack 5  <mss, sackOK, TS, wscale>
      ? server >  second  S.  0:0(0) ack 5  <mss, sackOK, TS, wscale>
  )"));
  EXPECT_THAT(Counted(ClientHost(), before), ElementsAre(Pair("Active", 1)));
}

}  // namespace
}  // namespace halfopen::fast_open

// SPDX-License-Identifier: GPL-2.0-or-later
// Closing a connection that was opened fast, before its handshake has ended.
//
// A server that needs one request and gives one answer may be done in SYN-RECV. close(2) sends its
// FIN at once, behind the answer (RFC 9293 3.10.4; tcp_close_state). shutdown(2) waits: its FIN
// goes when the last ACK has come. A listener that closes resets what nobody has accepted, in
// SYN-RECV as well.
#include "scenarios/fast_open/fast_open.h"

namespace halfopen::fast_open {
namespace {

const Deviation kDeferredShutdown = Known(
    {.since = {"6.9", "6.8.10", "6.6.31", "6.1.91", "5.15.159", "5.10.217"},
     .reason = "the FIN of a shutdown() in SYN-RECV goes when the handshake ends, not at once",
     .source = "commit 94062790aedb (CVE-2024-36905); tcp_shutdown()"});

SCENARIO(FastOpen, ServerAnswersAndClosesBeforeTheHandshakeEnds,
         .verdict =
             "Request, response and FIN all pass in SYN-RECV: the client reads the response "
             "and the end of the stream, no error.",
         .source = "RFC 7413 3, RFC 9293 3.10.4; tcp_close_state()") {
  Socket listener = Listen(ServerHost());
  const Connection first = GetCookie(ClientHost(), listener);
  Fault dark = ServerHost().Drop(Input().ToPort(80).TcpFlags(kSyn | kAck, kAck));
  Socket second = ClientHost().NewSocket("second");
  EXPECT_THAT(second.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4));
  Socket server = AcceptPing(listener);
  EXPECT_THAT(server.Send("pong"), Returns(4));
  ASSERT_EQ(server.Snapshot().state, TcpState::kSynRecv);
  EXPECT_THAT(server.Close(), Returns(0));
  EXPECT_EQ(server.Snapshot().state, TcpState::kFinWait1);
  EXPECT_THAT(second.Recv(), Receives("pong"));
  EXPECT_THAT(second.Recv(), EndsStream());
  AwaitPackets(
      [&](const WirePacket& packet) {
        return packet.from == "second" && packet.acknowledgment == 6;
      },
      1, "ACK of the FIN");
  dark.Lift();
  EXPECT_THAT(second.Close(), Returns(0));
  server.Await(TcpState::kTimeWait);

  EXPECT_THAT(Wire(second), Shows(R"(
      second >  server  S   0:4(4)        <mss, sackOK, TS, wscale, FO>
      server >  second  S.  0:0(0) ack 5  <mss, sackOK, TS, wscale>
      second >| server  .   5:5(0) ack 1
      server >  second  P.  1:5(4) ack 5
      second >| server  .   5:5(0) ack 5
      server >  second  F.  5:5(0) ack 5
      second >| server  .   5:5(0) ack 6
      second >  server  F.  5:5(0) ack 6
      server >  second  .   6:6(0) ack 6
      quiet 200ms
  )"));
}

SCENARIO(FastOpen, ShutdownInSynRecvWaitsForTheEndOfTheHandshake,
         .verdict =
             "shutdown(SHUT_WR) in SYN-RECV returns 0 and sends nothing; the FIN goes when the "
             "handshake's last ACK has come.",
         .source = "commit 94062790aedb; tcp_shutdown(), tcp_rcv_state_process()") {
  OnlyWhere(kDeferredShutdown);
  Socket listener = Listen(ServerHost());
  const Connection first = GetCookie(ClientHost(), listener);
  Fault lost = ServerHost().Drop(LastAck());
  Socket second = ClientHost().NewSocket("second");
  EXPECT_THAT(second.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4));
  Socket server = AcceptPing(listener);
  EXPECT_THAT(server.Shutdown(SHUT_WR), Returns(0));
  EXPECT_EQ(server.Snapshot().state, TcpState::kSynRecv);

  EXPECT_THAT(second.Send("more"), Returns(4));
  EXPECT_THAT(second.Recv(), EndsStream());
  EXPECT_THAT(server.Recv(), Receives("more"));
  EXPECT_THAT(Wire(second).SentBy("second"), Shows(R"(
      second >  server  S   0:4(4)        <mss, sackOK, TS, wscale, FO>
      second >| server  .   5:5(0) ack 1
      second >  server  P.  5:9(4) ack 1
      second >  server  .   9:9(0) ack 2
      quiet 200ms
  )"));
  EXPECT_THAT(Wire(second).SentBy("server"), Shows(R"(
      server >  second  S.  0:0(0) ack 5  <mss, sackOK, TS, wscale>
      server >  second  F.  1:1(0) ack 5
      server >  second  .   2:2(0) ack 9
  )"));
}

SCENARIO(FastOpen, ClosedListenerResetsWhatWaitsInSynRecv,
         .verdict =
             "The listener closes while a connection opened fast waits for accept(): RST, and "
             "the client's read fails with ECONNRESET.",
         .source = "RFC 9293 3.10.4; inet_csk_listen_stop(), inet_child_forget()") {
  Socket listener = Listen(ServerHost());
  const Connection first = GetCookie(ClientHost(), listener);
  Fault lost = ServerHost().Drop(LastAck());
  Socket second = ClientHost().NewSocket("second");
  EXPECT_THAT(second.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4));
  EXPECT_EQ(listener.Snapshot().receive_queue, 1U);
  EXPECT_THAT(listener.Close(), Returns(0));

  EXPECT_THAT(second.Recv(), FailsWith(ECONNRESET).AtOnce());
  EXPECT_THAT(Wire(second), Shows(R"(
      second >  server  S   0:4(4)        <mss, sackOK, TS, wscale, FO>
      server >  second  S.  0:0(0) ack 5  <mss, sackOK, TS, wscale>
      second >| server  .   5:5(0) ack 1
      server >  second  R.  1:1(0) ack 5
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen::fast_open

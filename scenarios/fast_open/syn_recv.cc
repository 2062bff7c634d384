// SPDX-License-Identifier: GPL-2.0-or-later
// Accepted, and then the handshake never ends.
//
// A connection that accept(2) returned in SYN-RECV is a promise: its request was read, and perhaps
// acted on. The SYN-ACK goes again tcp_synack_retries + 1 times, one more than that of an ordinary
// request (tcp_fastopen_synack_timer), and then the application's call fails with ETIMEDOUT. A RST,
// as a host answers that never sent the SYN, fails it with ECONNRESET; data that came with the SYN
// is still read. So what a request in a SYN does must bear being done twice (RFC 7413 2.1).
#include "scenarios/fast_open/fast_open.h"

namespace halfopen::fast_open {
namespace {

using testing::Contains;
using testing::Pair;

SCENARIO(FastOpen, AcceptedConnectionTimesOutWhenTheHandshakeDoesNotEnd,
         .verdict =
             "The request in the SYN was read, no ACK follows: the server's next read fails "
             "with ETIMEDOUT, 127 s later by default.",
         .source = "tcp_fastopen_synack_timer(); ip-sysctl.rst, tcp_synack_retries") {
  const int retries = Times().fast_open_synack_retries;
  ServerHost().sysctls().Set("net.ipv4.tcp_synack_retries", retries);
  Socket listener = Listen(ServerHost());
  const Connection first = GetCookie(ClientHost(), listener);
  const Counters before = CountersOf(ServerHost());
  const auto schedule = Timers::SynBackoff(retries + 1, 0);
  Fault dark = ServerHost().Drop(Input().ToPort(80).TcpFlags(kSyn | kAck, kAck));
  Socket second = ClientHost().NewSocket("second");

  const Call opened = second.SendTo(ServerHost(), "ping", MSG_FASTOPEN);
  EXPECT_THAT(opened, Returns(4));
  Socket server = AcceptPing(listener);
  ASSERT_EQ(server.Snapshot().state, TcpState::kSynRecv);
  EXPECT_THAT(server.Recv(), FailsWith(ETIMEDOUT).After(schedule).Since(opened.begin));
  EXPECT_THAT(server.Send("pong"), FailsWith(EPIPE));
  EXPECT_EQ(second.Snapshot().state, TcpState::kEstablished);

  EXPECT_THAT(Wire(second).SentBy("server"), Shows(R"(
                server > second  S.  0:0(0) ack 5  <mss, sackOK, TS, wscale>
      +backoff  server > second  S.  0:0(0) ack 5  <mss, sackOK, TS, wscale>  *more
      quiet 200ms
  )",
                                                   Backoff(schedule), More(schedule)));
  EXPECT_THAT(CountersOf(ServerHost()).Since(before),
              Contains(Pair("TcpExt.TCPAbortOnTimeout", 1)));
}

SCENARIO(FastOpen, ResetInSynRecvFailsTheReadBehindTheData,
         .verdict =
             "The client vanished after its SYN: the server reads the request and then "
             "fails with ECONNRESET, at the RST its SYN-ACK draws.",
         .source = "RFC 7413 5.1; tcp_check_req(), tcp_reset()") {
  Socket listener = Listen(ServerHost());
  const Connection first = GetCookie(ClientHost(), listener);
  Fault lost = ClientHost().Drop(SynAckFrom80().First(1));
  Socket second = ClientHost().NewSocket("second");
  second.SetNonBlocking();
  const auto schedule = Timers::SynBackoff(1, 0);

  const Call opened = second.SendTo(ServerHost(), "ping", MSG_FASTOPEN);
  EXPECT_THAT(opened, Returns(4));
  if (Cause("the client closes in SYN-SENT")) second.Close();
  Socket server = listener.Accept();
  EXPECT_THAT(server.Recv(2), Receives("pi"));
  ASSERT_EQ(server.Snapshot().state, TcpState::kSynRecv);
  const SocketSnapshot reset = server.Await(
      [](const SocketSnapshot& now) { return now.state != TcpState::kSynRecv; }, "the RST");
  ASSERT_EQ(reset.state, TcpState::kClose);
  EXPECT_THAT(server.Recv(), Receives("ng"));
  EXPECT_THAT(server.Recv(), FailsWith(ECONNRESET));
  EXPECT_THAT(server.Send("pong"), FailsWith(EPIPE));

  EXPECT_THAT(Wire(second), Shows(R"(
              second >  server  S   0:4(4)        <mss, sackOK, TS, wscale, FO>
              server >| second  S.  0:0(0) ack 5
      +again  server >  second  S.  0:0(0) ack 5
              second >  server  R   5:5(0)
      quiet 200ms
  )",
                                  Bind("again", schedule[0])));
}

}  // namespace
}  // namespace halfopen::fast_open

// SPDX-License-Identifier: GPL-2.0-or-later
// tcp_syncookies=2: a cookie for every SYN, even with empty queues (ip-sysctl.rst).
//
// The server keeps nothing of a SYN (RFC 4987 3.6): there is no SYN-RECV, and a SYN-ACK is never
// sent again. As long as no packet is lost, nobody notices. If the client's last ACK is lost, its
// first data completes the handshake; a client that waits for the server to speak first waits for
// ever. Window scale and SACK live in the timestamp, and are lost where the client sends none
// (cookie_timestamp_decode). Every cookie counts as TCPReqQFullDoCookies, though no queue is full.
#include <poll.h>

#include "scenarios/backlog/backlog.h"

namespace halfopen::backlog {
namespace {

using namespace std::chrono_literals;
using testing::Pair;
using testing::UnorderedElementsAre;

auto OneCookie(int received) {
  return UnorderedElementsAre(Pair("TCPReqQFullDoCookies", 1), Pair("SyncookiesSent", 1),
                              Pair("SyncookiesRecv", received));
}

SCENARIO(SyncookiesAlways, ServerKeepsNoRequest,
         .verdict =
             "tcp_syncookies=2 answers every SYN with a cookie: the server has no SYN-RECV, "
             "and the ACK or the first data makes the connection.",
         .source = "ip-sysctl.rst, tcp_syncookies; RFC 4987 3.6; cookie_v4_check()") {
  if (Cause("tcp_syncookies = 2")) ServerHost().sysctls().Set("net.ipv4.tcp_syncookies", 2);
  Socket listener = ServerHost().Listen();
  const Counters before = CountersOf(ServerHost());
  Fault lost = ServerHost().Drop(AckToServer().First(1));
  Socket client = ClientHost().NewSocket();
  EXPECT_THAT(client.Connect(ServerHost()), Returns(0).AtOnce());
  ASSERT_EQ(ServersView(ServerHost(), client).state, TcpState::kClose);

  EXPECT_THAT(client.Poll(POLLIN, 1200ms), Returns(0));  // no SYN-ACK again
  EXPECT_THAT(client.Send("ping"), Returns(4));
  Socket server = listener.Accept();
  EXPECT_THAT(server.origin(), Succeeds().AtOnce());
  EXPECT_THAT(server.Recv(), Receives("ping"));
  EXPECT_THAT(Counted(ServerHost(), before), OneCookie(1));
  EXPECT_THAT(Wire(), Shows(R"(
      client >  server  S   0:0(0)
      server >  client  S.  0:0(0) ack 1 <mss, sackOK, TS, wscale>
      client >| server  .   1:1(0) ack 1
      quiet 1200ms
      client >  server  P.  1:5(4) ack 1
      server >  client  .   1:1(0) ack 5
      quiet 200ms
  )"));
}

SCENARIO(SyncookiesAlways, OptionsAreLostWithoutTimestamps,
         .verdict =
             "A cookie for a client without timestamps has no room for window scaling and "
             "SACK: the SYN-ACK offers the MSS alone, so windows end at 64 KiB.",
         .source = "ip-sysctl.rst, tcp_syncookies; cookie_init_timestamp(), tcp_synack_options()") {
  if (Cause("tcp_syncookies = 2")) ServerHost().sysctls().Set("net.ipv4.tcp_syncookies", 2);
  if (Cause("no timestamps")) ClientHost().sysctls().Set("net.ipv4.tcp_timestamps", 0L);
  Socket listener = ServerHost().Listen();
  const Counters before = CountersOf(ServerHost());
  Socket client = ClientHost().NewSocket();
  EXPECT_THAT(client.Connect(ServerHost()), Returns(0).AtOnce());
  AwaitWaiting(listener, 1);

  EXPECT_THAT(Counted(ServerHost(), before), OneCookie(1));
  EXPECT_THAT(Wire(), Shows(R"(
      client > server  S   0:0(0) <mss, sackOK, wscale>
      server > client  S.  0:0(0) ack 1 <mss>
      client > server  .   1:1(0) ack 1
      quiet 200ms
  )"));
}

// The cookie holds the time in minutes, and is taken for two of them (MAX_SYNCOOKIE_AGE).
DEFAULT_PROFILE_SCENARIO(SyncookiesAlways, CookieIsTooOldAfterThreeMinutes,
                         .verdict =
                             "Data that brings a cookie back minutes later is answered with "
                             "RST: ECONNRESET on a connection that was ESTABLISHED.",
                         .source = "MAX_SYNCOOKIE_AGE (include/net/tcp.h); cookie_v4_check()") {
  if (Cause("tcp_syncookies = 2")) ServerHost().sysctls().Set("net.ipv4.tcp_syncookies", 2);
  Socket listener = ServerHost().Listen();
  Fault lost = ServerHost().Drop(AckToServer().First(1));
  Socket client = ClientHost().NewSocket();
  EXPECT_THAT(client.Connect(ServerHost()), Returns(0).AtOnce());
  ASSERT_EQ(ServersView(ServerHost(), client).state, TcpState::kClose);
  EXPECT_THAT(Wire(), Shows(R"(
      client >  server  S   0:0(0)
      server >  client  S.  0:0(0) ack 1
      client >| server  .   1:1(0) ack 1
      quiet 181s
  )"));
  EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);
  const TimePoint late = Clock::now();
  EXPECT_THAT(client.Send("ping"), Returns(4));
  EXPECT_THAT(client.Recv(), FailsWith(ECONNRESET).AtOnce());
  EXPECT_THAT(Wire().Since(late), Shows(R"(
      client > server  P.  1:5(4) ack 1
      server > client  R   1:1(0)
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen::backlog

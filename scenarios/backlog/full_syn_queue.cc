// SPDX-License-Identifier: GPL-2.0-or-later
// Backlog overflow, the other queue: requests whose last ACK never comes fill the SYN queue, while
// the accept queue is empty.
//
// The limit is the listener's backlog here as well (inet_csk_reqsk_queue_is_full), not
// tcp_max_syn_backlog. With tcp_syncookies=1, the default, the next SYN is not queued but answered
// with a cookie (RFC 4987 3.6; tcp_conn_request, cookie_v4_check), and the client gets in as if
// nothing was amiss: TCPReqQFullDoCookies. With tcp_syncookies=0 it is ignored: ListenDrops and
// TCPReqQFullDrop, but no ListenOverflows, which only ever means the accept queue.
#include "scenarios/backlog/backlog.h"

namespace halfopen::backlog {
namespace {

using testing::Pair;
using testing::UnorderedElementsAre;

SCENARIO(BacklogOverflow, FullSynQueueIsRelievedByCookies,
         .verdict =
             "With tcp_syncookies=1 a SYN that meets a full SYN queue is answered with a cookie, "
             "and connect() succeeds at once.",
         .source = "RFC 4987 3.6; tcp_conn_request(), cookie_v4_check()") {
  ServerHost().sysctls().Set("net.ipv4.tcp_syncookies", 1);
  Socket listener = ServerHost().Listen(0);
  const Counters before = CountersOf(ServerHost());
  Fault lost = ServerHost().Drop(AckToServer().First(1));
  Socket late = ClientHost().NewSocket("late");
  EXPECT_THAT(late.Connect(ServerHost()), Returns(0));
  ASSERT_EQ(ServersView(ServerHost(), late).state, TcpState::kSynRecv);

  Socket next = ClientHost().NewSocket("next");
  EXPECT_THAT(next.Connect(ServerHost()), Returns(0).AtOnce());
  AwaitWaiting(listener, 1);
  Socket accepted = listener.Accept();
  EXPECT_EQ(accepted.remote(), next.local());
  EXPECT_THAT(Wire(next), Shows("handshake next > server"));
  EXPECT_THAT(Counted(ServerHost(), before),
              UnorderedElementsAre(Pair("TCPReqQFullDoCookies", 1), Pair("SyncookiesSent", 1),
                                   Pair("SyncookiesRecv", 1)));
}

// Both queues are full: the ACK that brings the cookie back finds no room and is ignored, as a
// request's would be, but a cookie leaves no request behind. The server knows nothing of the
// client, sends no SYN-ACK again, and only the client's own retransmission completes the
// connection: each of its segments still carries the cookie.
SCENARIO(BacklogOverflow, IgnoredCookieIsNotAskedForAgain,
         .verdict =
             "A cookie's ACK that finds the accept queue full leaves no request behind: only the "
             "client's own retransmission of data completes the connection.",
         .source = "cookie_v4_check(), tcp_get_cookie_sock()") {
  ServerHost().sysctls().Set("net.ipv4.tcp_syncookies", 1);
  Socket listener = ServerHost().Listen(0);
  const Counters before = CountersOf(ServerHost());
  Fault lost = ServerHost().Drop(AckToServer().First(2));
  Socket late = ClientHost().NewSocket("late"), baked = ClientHost().NewSocket("baked");
  EXPECT_THAT(late.Connect(ServerHost()), Returns(0));
  ASSERT_EQ(ServersView(ServerHost(), late).state, TcpState::kSynRecv);
  EXPECT_THAT(baked.Connect(ServerHost()), Returns(0));
  EXPECT_EQ(ServersView(ServerHost(), baked).state, TcpState::kClose);
  std::vector<Socket> waiting;
  if (Cause("nobody accepts a client")) waiting = Fill(ClientHost(), listener, 1);
  ASSERT_THAT(listener.Snapshot(), AcceptQueueIs(1, 0));

  EXPECT_THAT(baked.Send("ping"), Returns(4));
  AwaitIgnored(listener, before, 1);
  EXPECT_EQ(ServersView(ServerHost(), baked).state, TcpState::kClose);
  Socket first = listener.Accept(), second = listener.Accept();

  EXPECT_EQ(second.remote(), baked.local());
  EXPECT_THAT(second.Recv(), Receives("ping"));
  EXPECT_THAT(Wire(baked), Shows(R"(
            baked  >  server  S   0:0(0)
            server >  baked   S.  0:0(0) ack 1
            baked  >| server  .   1:1(0) ack 1
            baked  >  server  P.  1:5(4) ack 1       // no room
      +rto  baked  >  server  P.  1:5(4) ack 1
            server >  baked   .   1:1(0) ack 5
      quiet 200ms
  )",
                                 Bind("rto", FirstRto(Wire(baked)))));
  EXPECT_THAT(Counted(ServerHost(), before),
              UnorderedElementsAre(Pair("ListenOverflows", 1), Pair("ListenDrops", 1),
                                   Pair("TCPReqQFullDoCookies", 2), Pair("SyncookiesSent", 2),
                                   Pair("SyncookiesRecv", 3)));
}

SCENARIO(BacklogOverflow, FullSynQueueIgnoresSynsWithoutCookies,
         .verdict =
             "With tcp_syncookies=0 a SYN that meets a full SYN queue is ignored: ListenDrops and "
             "TCPReqQFullDrop, but no ListenOverflows.",
         .source = "inet_csk_reqsk_queue_is_full(), tcp_conn_request()",
         .outdated =
             "The SYN queue was said to be limited by tcp_max_syn_backlog: its length is the "
             "listener's backlog.") {
  ServerHost().sysctls().Set("net.ipv4.tcp_syncookies", 0L);
  Socket listener = ServerHost().Listen(0);
  const Counters before = CountersOf(ServerHost());
  Fault lost = ServerHost().Drop(AckToServer());
  Socket late = ClientHost().NewSocket("late");
  EXPECT_THAT(late.Connect(ServerHost()), Returns(0));
  ASSERT_EQ(ServersView(ServerHost(), late).state, TcpState::kSynRecv);

  Socket next = ClientHost().NewSocket("next");
  PendingCall connecting = next.StartConnect(ServerHost());
  AwaitIgnored(listener, before, 1);
  EXPECT_THAT(listener.Snapshot(), AcceptQueueIs(0, 0));
  EXPECT_THAT(Counted(ServerHost(), before),
              UnorderedElementsAre(Pair("TCPReqQFullDrop", 1), Pair("ListenDrops", 1)));
  EXPECT_THAT(Wire(next), Shows(R"(
      next > server  S  0:0(0)
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen::backlog

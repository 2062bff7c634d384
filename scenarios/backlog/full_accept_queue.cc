// SPDX-License-Identifier: GPL-2.0-or-later
// Backlog overflow, the SYN: the server does not accept, and its accept queue is full.
//
// listen(fd, n) takes n + 1 connections (sk_acceptq_is_full: length > limit, so ss shows a Recv-Q
// above the Send-Q). The next SYN is ignored, without a RST (tcp_conn_request, net/ipv4/
// tcp_input.c; listen(2) allows it): the client stays in SYN-SENT, sends its SYN again by
// its own backoff, and gets in with the first one after an accept. Each SYN ignored is one
// ListenOverflows and one ListenDrops.
//
// tcp_abort_on_overflow is not asked here: it is about the last ACK of a handshake alone. Older
// texts say otherwise: before Linux 4.10 a lone SYN was answered, and its ACK met the full queue.
#include "scenarios/backlog/backlog.h"

namespace halfopen::backlog {
namespace {

using testing::Contains;
using testing::Truly;

SCENARIO(
    BacklogOverflow, SynIsIgnoredUntilTheServerAccepts,
    .verdict =
        "listen(n) takes n + 1 connections; the next SYN is ignored without a RST, and "
        "connect() succeeds with the first SYN after an accept().",
    .source = "listen(2); sk_acceptq_is_full(), tcp_conn_request()",
    .outdated = "listen(2) calls the backlog the maximum length of the queue; it takes one more.") {
  Socket listener = ServerHost().Listen(1);
  const Counters before = CountersOf(ServerHost());
  std::vector<Socket> waiting;
  if (Cause("nobody accepts two clients")) waiting = Fill(ClientHost(), listener, 2);
  ASSERT_THAT(listener.Snapshot(), AcceptQueueIs(2, 1));

  Socket third = ClientHost().NewSocket("third");
  PendingCall connecting = third.StartConnect(ServerHost());
  AwaitIgnored(listener, before, 2);
  EXPECT_EQ(third.Snapshot().state, TcpState::kSynSent);
  EXPECT_EQ(third.Snapshot().timer, TimerKind::kOn);
  Socket accepted = listener.Accept();

  const auto intervals = First(SynSchedule(), 2);
  EXPECT_THAT(connecting.Wait(), Returns(0).After(intervals));
  EXPECT_THAT(Wire(third), Shows(R"(
                  third  > server  S   0:0(0)
      +intervals  third  > server  S   0:0(0)  *2
                  server > third   S.  0:0(0) ack 1
                  third  > server  .   1:1(0) ack 1
      quiet 200ms
  )",
                                 Bind("intervals", intervals)));
  EXPECT_THAT(Wire(third).Packets(), Contains(Truly(IsSyn)).Times(2 + 1));
  EXPECT_THAT(Counted(ServerHost(), before), Ignored(2));
  EXPECT_THAT(listener.Snapshot(), AcceptQueueIs(2, 1));
}

// A backlog of 0 is a backlog. Before Linux 6.13 (and stable kernels of January 2025) it left no
// room in the SYN queue, so that the first client got in by a SYN cookie, or without cookies not at
// all.
SCENARIO(BacklogOverflow, ListenZeroTakesOneAndTheNextTimesOut,
         .verdict =
             "listen(0) takes one connection; the next client's connect() fails with ETIMEDOUT "
             "after its SYN retries.",
         .source = "listen(2); sk_acceptq_is_full(), inet_csk_reqsk_queue_is_full()") {
  Socket listener = ServerHost().Listen(0);
  const Counters before = CountersOf(ServerHost());
  std::vector<Socket> waiting;
  if (Cause("nobody accepts a client")) waiting = Fill(ClientHost(), listener, 1);

  Socket next = ClientHost().NewSocket("next");
  next.Set(SynCount{1});
  const auto intervals = SynSchedule(1);
  EXPECT_THAT(next.Connect(ServerHost()), FailsWith(ETIMEDOUT).After(intervals));

  const int again = static_cast<int>(intervals.size()) - 1;
  EXPECT_THAT(Wire(next), Shows(R"(
                  next > server  S  0:0(0)
      +intervals  next > server  S  0:0(0)  *again
      quiet 200ms
  )",
                                Bind("intervals", First(intervals, again)), Bind("again", again)));
  EXPECT_THAT(Wire(next).Packets(), Contains(Truly(IsSyn)).Times(again + 1));
  EXPECT_THAT(Counted(ServerHost(), before), Ignored(again + 1));
  EXPECT_THAT(listener.Snapshot(), AcceptQueueIs(1, 0));
}

SCENARIO(
    BacklogOverflow, SynIsIgnoredWithAbortOnOverflowToo,
    .verdict =
        "tcp_abort_on_overflow says nothing about SYNs: one that meets a full accept queue is "
        "ignored, and connect() fails with ETIMEDOUT.",
    .source = "tcp_conn_request(); ip-sysctl.rst, tcp_abort_on_overflow",
    .outdated =
        "With tcp_abort_on_overflow=1 a client of a full queue was said to be reset: since Linux "
        "4.10 its SYN is ignored, and only a queue that fills up during the handshake resets.") {
  ServerHost().sysctls().Set("net.ipv4.tcp_abort_on_overflow", 1);
  Socket listener = ServerHost().Listen(1);
  const Counters before = CountersOf(ServerHost());
  std::vector<Socket> waiting;
  if (Cause("nobody accepts two clients")) waiting = Fill(ClientHost(), listener, 2);
  ASSERT_THAT(listener.Snapshot(), AcceptQueueIs(2, 1));

  Socket third = ClientHost().NewSocket("third");
  PendingCall connecting = third.StartConnect(ServerHost());
  AwaitIgnored(listener, before, 1);
  Socket accepted = listener.Accept();

  const auto interval = First(SynSchedule(), 1);
  EXPECT_THAT(connecting.Wait(), Returns(0).After(interval));
  EXPECT_THAT(Wire(third), Shows(R"(
                 third  > server  S   0:0(0)
      +interval  third  > server  S   0:0(0)
                 server > third   S.  0:0(0) ack 1
                 third  > server  .   1:1(0) ack 1
      quiet 200ms
  )",
                                 Bind("interval", interval)));
  EXPECT_THAT(Counted(ServerHost(), before), Ignored(1));
}

LOOPBACK_SCENARIO(BacklogOverflow, SynIsIgnoredOverLoopback,
                  .verdict =
                      "Over loopback too a SYN that meets a full accept queue is ignored, and "
                      "counted as ListenOverflows and ListenDrops.",
                  .source = "tcp_conn_request()",
                  .outdated =
                      "The overflow counters were read off tcp_v4_syn_recv_sock() alone, the last "
                      "ACK: most of them are SYNs that tcp_conn_request() ignores.") {
  Socket listener = ServerHost().Listen(1);
  const Counters before = CountersOf(ServerHost());
  std::vector<Socket> waiting;
  if (Cause("nobody accepts two clients")) waiting = Fill(ClientHost(), listener, 2);
  ASSERT_THAT(listener.Snapshot(), AcceptQueueIs(2, 1));

  Socket third = ClientHost().NewSocket("third");
  PendingCall connecting = third.StartConnect(ServerHost());
  AwaitIgnored(listener, before, 1);
  Socket accepted = listener.Accept();

  const auto interval = First(SynSchedule(), 1);
  EXPECT_THAT(connecting.Wait(), Returns(0).After(interval));
  EXPECT_THAT(Wire(third), Shows(R"(
                 third  > server  S   0:0(0)
      +interval  third  > server  S   0:0(0)
                 server > third   S.  0:0(0) ack 1
                 third  > server  .   1:1(0) ack 1
      quiet 200ms
  )",
                                 Bind("interval", interval)));
  EXPECT_THAT(Counted(ServerHost(), before), Ignored(1));
}

}  // namespace
}  // namespace halfopen::backlog

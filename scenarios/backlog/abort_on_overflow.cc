// SPDX-License-Identifier: GPL-2.0-or-later
// Backlog overflow with tcp_abort_on_overflow=1: the last ACK finds the accept queue full and is
// answered with a RST (ip-sysctl.rst; tcp_check_req, net/ipv4/tcp_minisocks.c).
//
// The client was ESTABLISHED, so its next call fails with ECONNRESET; the server's request is gone.
// The ACK counts as ListenOverflows and ListenDrops, as an ignored one does, and the RST that the
// server *sent* as EmbryonicRsts, which netstat(8) calls "resets received for embryonic SYN_RECV
// sockets". A client whose SYN meets the full queue gets no RST (see full_accept_queue.cc): since
// Linux 4.10 it takes a queue that fills up during the handshake. As there, the first ACK of "late"
// is lost, and two others take the room meanwhile.
#include "scenarios/backlog/backlog.h"

namespace halfopen::backlog {
namespace {

using testing::Contains;
using testing::Pair;
using testing::UnorderedElementsAre;

// One packet was answered with a RST because the accept queue was full.
auto OneReset() {
  return UnorderedElementsAre(Pair("ListenOverflows", 1), Pair("ListenDrops", 1),
                              Pair("EmbryonicRsts", 1));
}

SCENARIO(BacklogOverflow, AbortOnOverflowResetsTheClientsFirstData,
         .verdict =
             "With tcp_abort_on_overflow=1 the last ACK that finds the accept queue full draws a "
             "RST: the connected client's next call fails with ECONNRESET.",
         .source = "ip-sysctl.rst, tcp_abort_on_overflow; tcp_check_req()",
         .outdated =
             "netstat calls EmbryonicRsts \"resets received for embryonic SYN_RECV sockets\"; the "
             "RST that a full accept queue has the server send counts there too.") {
  if (Cause("tcp_abort_on_overflow")) {
    ServerHost().sysctls().Set("net.ipv4.tcp_abort_on_overflow", 1);
  }
  Socket listener = ServerHost().Listen(1);
  const Counters before = CountersOf(ServerHost());
  Fault lost = ServerHost().Drop(AckToServer().First(1));
  Socket late = ClientHost().NewSocket("late");
  EXPECT_THAT(late.Connect(ServerHost()), Returns(0));
  ASSERT_EQ(ServersView(ServerHost(), late).state, TcpState::kSynRecv);
  std::vector<Socket> waiting;
  if (Cause("nobody accepts two clients")) waiting = Fill(ClientHost(), listener, 2);
  ASSERT_THAT(listener.Snapshot(), AcceptQueueIs(2, 1));

  EXPECT_THAT(late.Send("ping"), Returns(4));
  AwaitPackets(IsOf(late), 5, "packets of late's: a handshake, data, its answer");
  ASSERT_THAT(Wire(late), Shows(R"(
      late   >  server  S   0:0(0)
      server >  late    S.  0:0(0) ack 1
      late   >| server  .   1:1(0) ack 1
      late   >  server  P.  1:5(4) ack 1
      server >  late    R   1:1(0)
      quiet 200ms
  )"));
  EXPECT_THAT(late.Recv(), FailsWith(ECONNRESET).AtOnce());
  EXPECT_THAT(late.Send("ping"), FailsWith(EPIPE));
  EXPECT_EQ(ServersView(ServerHost(), late).state, TcpState::kClose);
  EXPECT_THAT(Counted(ServerHost(), before), OneReset());
  EXPECT_THAT(CountersOf(ServerHost()).Since(before), Contains(Pair("Tcp.OutRsts", 1)));
}

// A client that only waits to receive learns it when the SYN-ACK comes again and draws an ACK.
LOOPBACK_SCENARIO(BacklogOverflow, AbortOnOverflowResetsTheRepeatedAckOverLoopback,
                  .verdict =
                      "A client that only waits to receive is reset when the repeated SYN-ACK "
                      "draws another ACK: its blocked recv() fails with ECONNRESET.",
                  .source = "ip-sysctl.rst, tcp_abort_on_overflow; tcp_check_req()") {
  if (Cause("tcp_abort_on_overflow")) {
    ServerHost().sysctls().Set("net.ipv4.tcp_abort_on_overflow", 1);
  }
  Socket listener = ServerHost().Listen(1);
  const Counters before = CountersOf(ServerHost());
  Fault lost = ServerHost().Drop(AckToServer().First(1));
  Socket late = ClientHost().NewSocket("late");
  EXPECT_THAT(late.Connect(ServerHost()), Returns(0));
  ASSERT_EQ(ServersView(ServerHost(), late).state, TcpState::kSynRecv);
  std::vector<Socket> waiting;
  if (Cause("nobody accepts two clients")) waiting = Fill(ClientHost(), listener, 2);
  ASSERT_THAT(listener.Snapshot(), AcceptQueueIs(2, 1));

  PendingCall reading = late.StartRecv();
  AwaitPackets(IsOf(late), 6, "packets of late's: a handshake, SYN-ACK, ACK, its answer");
  ASSERT_THAT(Wire(late), Shows(R"(
                 late   >  server  S   0:0(0)
                 server >  late    S.  0:0(0) ack 1
                 late   >| server  .   1:1(0) ack 1
      +interval  server >  late    S.  0:0(0) ack 1
                 late   >  server  .   1:1(0) ack 1
                 server >  late    R   1:1(0)
      quiet 200ms
  )",
                                Bind("interval", SynAckIntervals(1)[0])));
  EXPECT_THAT(reading.Wait(), FailsWith(ECONNRESET));
  EXPECT_EQ(ServersView(ServerHost(), late).state, TcpState::kClose);
  EXPECT_THAT(Counted(ServerHost(), before), OneReset());
}

}  // namespace
}  // namespace halfopen::backlog

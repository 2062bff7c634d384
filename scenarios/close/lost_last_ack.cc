// SPDX-License-Identifier: GPL-2.0-or-later
// The last ACK is lost: that is what TIME-WAIT is there for.
//
// The end that closed second waits for that ACK in LAST-ACK and sends its FIN again; the other one,
// in TIME-WAIT, acknowledges it again and waits a minute more from then on (RFC 9293 3.10.7.4,
// eighth; tcp_timewait_state_process, net/ipv4/tcp_minisocks.c). If no ACK gets through, LAST-ACK
// is an orphan like others: tcp_orphan_retries ends it, without a RST.
#include <algorithm>
#include <chrono>

#include "scenarios/close/close.h"
#include "scenarios/forgotten.h"
#include "scenarios/retransmission/retransmission.h"

namespace halfopen {
namespace {

using testing::Contains;
using testing::Pair;

// The client closes; what it sends from then on is acknowledgments.
void CloseClient(Socket& client, Socket& server) {
  EXPECT_THAT(client.Close(), Returns(0));
  server.Await(TcpState::kCloseWait);
  client.Await(TcpState::kFinWait2);
}

bool IsFin(const WirePacket& packet) { return (packet.packet.flags & kFin) != 0; }

SCENARIO(LastAck, LostOnceIsAnsweredOutOfTimeWait,
         .verdict =
             "When the last ACK is lost, LAST-ACK sends its FIN again after some 200 ms, and "
             "TIME-WAIT acknowledges it again.",
         .source = "RFC 9293 3.10.7.4; tcp_timewait_state_process (net/ipv4/tcp_minisocks.c)") {
  auto [client, server] = Connect();
  const Duration rto = server.Snapshot().rto;
  CloseClient(client, server);
  Fault lost = ServerHost().Drop(FromClient(ClientHost()).First(1));

  const Call closed = server.Close();
  EXPECT_THAT(closed, Returns(0).AtOnce());
  ASSERT_EQ(server.Snapshot().state, TcpState::kLastAck);
  EXPECT_EQ(server.Snapshot().timer, TimerKind::kOn);
  EXPECT_EQ(client.Snapshot().state, TcpState::kTimeWait);
  server.Await(TcpState::kClose);
  EXPECT_EQ(client.Snapshot().state, TcpState::kTimeWait);

  EXPECT_THAT(Wire(), Shows(R"(
            handshake
            client >  server  F.  1:1(0) ack 1
            server >  client  .   1:1(0) ack 2
            server >  client  F.  1:1(0) ack 2
            client >| server  .   2:2(0) ack 2
      +rto  server >  client  F.  1:1(0) ack 2
            client >  server  .   2:2(0) ack 2
      quiet 200ms
  )",
                            Bind("rto", rto)));
}

SCENARIO(LastAck, LostForGoodEndsByOrphanRetries,
         .verdict =
             "When no last ACK gets through, LAST-ACK is given up after tcp_orphan_retries, "
             "without a RST; TIME-WAIT answers every FIN meanwhile.",
         .source = "ip-sysctl.rst, tcp_orphan_retries; tcp_write_timeout (net/ipv4/tcp_timer.c)") {
  auto [client, server] = Connect();
  const Counters before = CountersOf(ServerHost());
  const auto timers = SingleSegmentSchedule(server.Snapshot().rto, OrphanRetries(Times()));
  const int again = static_cast<int>(timers.size()) - 1;
  CloseClient(client, server);
  Fault dark = ServerHost().Drop(FromClient(ClientHost()));

  const Call closed = server.Close();
  ASSERT_EQ(server.Snapshot().state, TcpState::kLastAck);
  ExpectForgottenAfter(timers, closed, server);

  EXPECT_THAT(Wire().SentBy("server"),
              Shows(R"(
                server > client  S.  0:0(0) ack 1
                server > client  .   1:1(0) ack 2
                server > client  F.  1:1(0) ack 2
      +backoff  server > client  F.  1:1(0) ack 2  *again
      quiet 200ms
  )",
                    Bind("backoff", WithoutLast(timers)), Bind("again", again)));
  EXPECT_EQ(std::ranges::count_if(Wire().SentBy("client").Packets(),
                                  [](const auto& packet) { return !packet.fault.empty(); }),
            again + 1);
  EXPECT_THAT(CountersOf(ServerHost()).Since(before), CountsATimeoutAfter(again));
}

DEFAULT_PROFILE_SCENARIO(LastAck, EveryFinRestartsTheMinuteOfTimeWait,
                         .verdict =
                             "A FIN that comes again restarts TIME-WAIT: it ends 60 s after "
                             "the last one, here nearly two minutes after the first.",
                         .source = "RFC 9293 3.10.7.4; tcp_timewait_state_process") {
  auto [client, server] = Connect();
  const auto timers = SingleSegmentSchedule(server.Snapshot().rto, OrphanRetries(Times()));
  const std::size_t fins = timers.size();
  CloseClient(client, server);
  Fault dark = ServerHost().Drop(FromClient(ClientHost()));

  server.Close();
  ASSERT_EQ(server.Snapshot().state, TcpState::kLastAck);
  const auto is_fin_of_server = [](const auto& packet) {
    return IsFin(packet) && packet.from == "server";
  };
  AwaitPackets(is_fin_of_server, fins, "FINs of the server");
  const SocketSnapshot waiting = client.Snapshot();
  ASSERT_EQ(waiting.state, TcpState::kTimeWait);
  EXPECT_GT(waiting.timer_expires, std::chrono::seconds(59));
  TimePoint last;
  for (const WirePacket& packet : Wire().Packets()) {
    if (is_fin_of_server(packet)) last = packet.time;
  }
  ExpectForgottenAfter({std::chrono::minutes(1)}, last, waiting.time, client);
}

}  // namespace
}  // namespace halfopen

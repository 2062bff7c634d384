// SPDX-License-Identifier: GPL-2.0-or-later
// A loss that is repaired: the application notices nothing but the time.
//
// What arrives in the end is acknowledged once and delivered once, and no call fails, however often
// it was sent. A lone segment is sent again by the tail loss probe (RFC 8985 7), which waits as
// long as the retransmission timeout, as the peer may delay its acknowledgment
// (tcp_schedule_loss_probe); then by the retransmission timer, doubled each time (RFC 6298 5.5).
// tcp_early_retrans = 0 switches the probe off (ip-sysctl.rst), and the retransmission timer takes
// its place at the same time.
#include "scenarios/retransmission/retransmission.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::IsSupersetOf;
using testing::Key;
using testing::Not;
using testing::Pair;

// The data has arrived, once, and both ends are at rest.
void ExpectDeliveredOnce(Socket& client, Socket& server) {
  EXPECT_THAT(server.Recv(), Receives("ping"));
  EXPECT_THAT(server.Recv(Socket::kReceiveSize, MSG_DONTWAIT), FailsWith(EAGAIN));
  const SocketSnapshot now = client.Await(
      [](const SocketSnapshot& seen) { return seen.send_queue == 0; }, "all is acknowledged");
  EXPECT_EQ(now.state, TcpState::kEstablished);
  EXPECT_EQ(now.timer, TimerKind::kOff);
  EXPECT_EQ(client.TakeError(), 0);
}

// A segment that is lost, and arrives with the next transmission: +arrived.
constexpr char kLostOnce[] = R"(
              handshake
              client >| server  P.  1:5(4) ack 1
    +arrived  client >  server  P.  1:5(4) ack 1
              server >  client  .   1:1(0) ack 5
    quiet 200ms
)";

SCENARIO(LostSegment, TailLossProbeRepairsASingleLoss,
         .verdict =
             "A lost last segment is sent again by the tail loss probe after the "
             "retransmission timeout (200 ms and a round trip); no call fails.",
         .source = "RFC 8985 7; tcp_schedule_loss_probe") {
  auto [client, server] = Connect();
  const Counters before = CountersOf(ClientHost());
  const Duration rto = client.Snapshot().rto;
  Fault lossy = ServerHost().Drop(Input().ToPort(80).TcpFlags(kPsh, kPsh).First(1));

  EXPECT_THAT(client.Send("ping"), Returns(4));
  ExpectDeliveredOnce(client, server);

  EXPECT_THAT(Wire(), Shows(kLostOnce, Bind("arrived", rto)));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before),
              AllOf(IsSupersetOf({Pair("TcpExt.TCPLossProbes", 1), Pair("Tcp.RetransSegs", 1)}),
                    Not(Contains(Key("TcpExt.TCPTimeouts")))));
}

SCENARIO(LostSegment, RetransmissionTimerRepairsItWithoutLossProbes,
         .verdict =
             "With tcp_early_retrans=0 no tail loss probe is sent: the retransmission timer "
             "repairs the loss, at the same time; no call fails.",
         .source = "ip-sysctl.rst, tcp_early_retrans; RFC 6298 5.4") {
  if (Cause("tail loss probes are off")) {
    ClientHost().sysctls().Set("net.ipv4.tcp_early_retrans", 0);
  }
  auto [client, server] = Connect();
  const Counters before = CountersOf(ClientHost());
  const Duration rto = client.Snapshot().rto;
  Fault lossy = ServerHost().Drop(Input().ToPort(80).TcpFlags(kPsh, kPsh).First(1));

  EXPECT_THAT(client.Send("ping"), Returns(4));
  ExpectDeliveredOnce(client, server);

  EXPECT_THAT(Wire(), Shows(kLostOnce, Bind("arrived", rto)));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before),
              AllOf(IsSupersetOf({Pair("TcpExt.TCPTimeouts", 1), Pair("Tcp.RetransSegs", 1)}),
                    Not(Contains(Key("TcpExt.TCPLossProbes")))));
}

SCENARIO(LostSegment, LastRetransmissionRepairsAnOutage,
         .verdict =
             "An outage that ends before tcp_retries2 is over costs time alone: the next "
             "retransmission, up to two minutes later, delivers the data, and no call fails.",
         .source = "RFC 6298 5.5; ip-sysctl.rst, tcp_retries2; tcp_retransmit_timer") {
  auto [client, server] = Connect();
  const Counters before = CountersOf(ClientHost());
  const Duration rto = client.Snapshot().rto;
  const auto backoff = WithoutLast(SingleSegmentSchedule(rto, Times().retries2));
  const int again = static_cast<int>(backoff.size());
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));

  EXPECT_THAT(client.Send("ping"), Returns(4));
  for (int retransmits = 1; retransmits < again - 1; ++retransmits) {
    ASSERT_THAT(AwaitRetransmission(client, retransmits),
                ShowsRetransmissionTimer(retransmits, rto));
  }
  AwaitPackets([](const WirePacket& packet) { return !packet.fault.empty(); }, backoff.size(),
               "lost segments");
  dark.Lift();
  ExpectDeliveredOnce(client, server);

  EXPECT_THAT(Wire(), Shows(R"(
                 handshake
                 client >| server  P.  1:5(4) ack 1
      +backoff   client >| server  P.  1:5(4) ack 1  *lost
      +last      client >  server  P.  1:5(4) ack 1
                 server >  client  .   1:1(0) ack 5
      quiet 200ms
  )",
                            Bind("backoff", WithoutLast(backoff)), Bind("lost", again - 1),
                            Bind("last", backoff.back())));
  EXPECT_THAT(
      CountersOf(ClientHost()).Since(before),
      AllOf(IsSupersetOf({Pair("TcpExt.TCPTimeouts", again - 1), Pair("Tcp.RetransSegs", again)}),
            Not(Contains(Key("TcpExt.TCPAbortOnTimeout")))));
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// A soft error: what an established connection keeps of an ICMP error, and for how long.
//
// tcp_v4_err and tcp_v6_err put the errno into sk_err_soft, which no call is told but SO_ERROR
// (sock_getsockopt takes it when there is no hard one). Any acknowledgment that arrives clears it
// (tcp_ack), so that only an error behind the last sign of life has a say when the retransmissions
// end.
#include "scenarios/icmp/icmp.h"

namespace halfopen {
namespace {

class SoftErrorStory : public IcmpStory {
 protected:
  IcmpMessage HostUnreachable() const {
    return family() == IpFamily::kIpv4 ? IcmpMessage{3, 1} : IcmpMessage{1, 3};
  }
};

ROUTER_SCENARIO_OF(SoftErrorStory, IcmpSoftError, SoErrorHasItOnce,
                   .verdict =
                       "An ICMP error in ESTABLISHED ends no call; SO_ERROR has its errno "
                       "once, and the connection lives.",
                   .source = "socket(7) SO_ERROR; sk_getsockopt, sk_err_soft") {
  auto [client, server] = Connect();
  PendingCall read = client.StartRecv();
  Tell(LastSegment(), HostUnreachable());
  EXPECT_EQ(client.TakeError(), EHOSTUNREACH);
  EXPECT_EQ(client.TakeError(), 0);
  EXPECT_FALSE(read.Done());
  EXPECT_THAT(server.Send("pong"), Returns(4));
  EXPECT_THAT(read.Wait(), Receives("pong"));

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      router > client  icmp told
      server > client  P.  1:5(4) ack 1
      client > server  .   1:1(0) ack 5
  )",
                            Bind("told", HostUnreachable())));
}

ROUTER_SCENARIO_OF(SoftErrorStory, IcmpSoftError, AcknowledgmentClearsIt,
                   .verdict =
                       "An acknowledgment after an ICMP error clears it: when the peer is "
                       "lost later, the caller is told ETIMEDOUT, not EHOSTUNREACH.",
                   .source = "tcp_ack (sk_err_soft), tcp_write_err") {
  auto [client, server] = Connect();
  Tell(LastSegment(), HostUnreachable());
  EXPECT_THAT(client.Send("ping"), Returns(4));
  const SocketSnapshot acknowledged = client.Await(
      [](const SocketSnapshot& now) { return now.send_queue == 0; }, "the acknowledgment");
  const auto schedule = SingleSegmentSchedule(acknowledged.rto, Times().retries2);
  Fault lost = RouterHost().Drop(ClientsSegments());

  const Call sent = client.Send("ping");
  EXPECT_THAT(sent, Returns(4));
  ASSERT_THAT(AwaitRetransmission(client, 1), ShowsRetransmissionTimer(1, acknowledged.rto));
  EXPECT_THAT(client.Recv(), FailsWith(ETIMEDOUT).After(schedule).Since(sent.begin));

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
                router > client   icmp told
                client > server   P.  1:5(4) ack 1
                server > client   .   1:1(0) ack 5
                client >| server  P.  5:9(4) ack 1
      +backoff  client >| server  P.  5:9(4) ack 1  *again
      quiet 200ms
  )",
                            Bind("told", HostUnreachable()), Bind("backoff", WithoutLast(schedule)),
                            Bind("again", static_cast<int>(schedule.size()) - 1)));
}

}  // namespace
}  // namespace halfopen

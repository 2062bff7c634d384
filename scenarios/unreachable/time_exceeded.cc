// SPDX-License-Identifier: GPL-2.0-or-later
// Time exceeded: the packet's time to live (IPv6: hop limit) ends at a router.
//
// The router throws it away and says so (RFC 792, RFC 4443 3.3), which Linux takes for
// EHOSTUNREACH. connect() ends with it, if nothing but connect() waits when the message comes: one
// that comes while the SYN is still being sent finds the socket locked and is only remembered
// (sock_owned_by_user in tcp_v4_err, tcp_v6_err), which no real network is fast enough for. To an
// established connection it is a soft error: the retransmissions go on until tcp_retries2 ends
// them, and only then it is told, in place of ETIMEDOUT.
#include <linux/errqueue.h>

#include "scenarios/unreachable/unreachable.h"

namespace halfopen {
namespace {

ROUTER_SCENARIO(TimeExceeded, ConnectFailsWithEhostunreach,
                .verdict =
                    "IP_TTL is too small for the path: the router answers time exceeded, and "
                    "connect() fails with EHOSTUNREACH.",
                .source = "RFC 792, RFC 4443 3.3; ip_forward(), tcp_v4_err()") {
  Fault lost = RouterHost().Drop(Prerouting().ToPort(80).First(1));
  Socket client = ClientHost().NewSocket();
  client.Set(ReceiveErrors{});
  if (Cause("the client's packets live for one hop")) client.Set(TimeToLive{1});
  const Duration timeout = SynSchedule().front();

  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(EHOSTUNREACH).After(timeout));
  EXPECT_EQ(client.TakeError(), 0) << "connect() has taken it";
  const QueuedError ipv4{.error = EHOSTUNREACH, .origin = SO_EE_ORIGIN_ICMP, .type = 11};
  const QueuedError ipv6{.error = EHOSTUNREACH, .origin = SO_EE_ORIGIN_ICMP6, .type = 3};
  EXPECT_EQ(client.RecvError().queued, family() == IpFamily::kIpv4 ? ipv4 : ipv6);
  EXPECT_THAT(Wire(), Shows(R"(
               client >| server  S  0:0(0)
      +timeout client >  server  S  0:0(0)
               router >  client  icmp ttl-exceeded
      quiet 200ms
  )",
                            Bind("timeout", timeout)));
}

ROUTER_SCENARIO(TimeExceeded, EstablishedConnectionEndsWithEhostunreach,
                .verdict =
                    "The path of a connection grows longer than IP_TTL: nobody is told until "
                    "tcp_retries2 ends it, with EHOSTUNREACH in place of ETIMEDOUT.",
                .source = "RFC 1122 4.2.3.9; tcp_v4_err(), tcp_write_err()") {
  auto [client, server] = Connect();
  const auto schedule = SingleSegmentSchedule(client.Snapshot().rto, Times().retries2);
  if (Cause("the client's packets live for one hop")) client.Set(TimeToLive{1});

  const Call sent = client.Send("ping");
  EXPECT_THAT(sent, Returns(4));
  ASSERT_EQ(AwaitRetransmission(client, 1).retransmits, 1U);
  EXPECT_THAT(client.Recv(), FailsWith(EHOSTUNREACH).After(schedule).Since(sent.begin));
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));
  const int again = static_cast<int>(schedule.size()) - 1;
  EXPECT_THAT(Wire().SentBy("client"),
              Shows(R"(
               client > server  S   0:0(0)
               client > server  .   1:1(0) ack 1
               client > server  P.  1:5(4) ack 1
      +backoff client > server  P.  1:5(4) ack 1 *again
      quiet 200ms
  )",
                    Bind("backoff", WithoutLast(schedule)), Bind("again", again)));
  EXPECT_THAT(Wire().SentBy("router"),
              Shows("router > client icmp ttl-exceeded *answers", Bind("answers", again + 1)));
}

}  // namespace
}  // namespace halfopen

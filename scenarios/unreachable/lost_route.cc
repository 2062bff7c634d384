// SPDX-License-Identifier: GPL-2.0-or-later
// The route goes while a connection is established.
//
// send() succeeds: it fills the send buffer. The segment finds no route (ip_queue_xmit,
// inet6_csk_xmit), and as far as TCP is concerned it has never been sent, so that no retransmission
// timer runs: the connection waits as for a closed window, with the persist timer
// (tcp_check_probe_timer). Each time that it fires, the segment is tried again, and when
// tcp_retries2 tries have failed the connection ends. Linux says ETIMEDOUT over IPv4, but over
// IPv6, where the failed look-up is kept as a soft error, ENETUNREACH.
#include "harness/scenario.h"

namespace halfopen {
namespace {

ROUTER_SCENARIO(LostRoute, UnsentDataEndsLikeAClosedWindow,
                .verdict =
                    "Data without a route waits on the persist timer; after tcp_retries2 tries "
                    "it ends with ETIMEDOUT over IPv4, ENETUNREACH over IPv6.",
                .source = "tcp_check_probe_timer(), tcp_probe_timer(), inet6_csk_xmit()") {
  auto [client, server] = Connect();
  const int retries2 = Times().retries2;
  const auto schedule = Timers::ProbeBackoff(client.Snapshot().rto, retries2, retries2 + 1);
  if (Cause("the client loses its route")) {
    ClientHost().links().DeleteRoute(Route::Default(RouterHost().address()));
  }
  const Call sent = client.Send("ping");
  EXPECT_THAT(sent, Returns(4));
  ASSERT_EQ(client.Snapshot().timer, TimerKind::kPersist);

  const int error = family() == IpFamily::kIpv4 ? ETIMEDOUT : ENETUNREACH;
  EXPECT_THAT(client.Recv(), FailsWith(error).After(schedule).Since(sent.begin));
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      quiet 200ms
  )"));
}

ROUTER_SCENARIO(LostRoute, UnsentDataGoesOutAtTheNextTry,
                .verdict =
                    "Data that waits for a route is sent when the persist timer fires next "
                    "after the route is back; nobody sees an error.",
                .source = "tcp_check_probe_timer(), tcp_send_probe0()") {
  auto [client, server] = Connect();
  const Route route = Route::Default(RouterHost().address());
  const auto tries = Timers::ProbeBackoff(client.Snapshot().rto, Times().retries2, 2);
  if (Cause("the client loses its route")) ClientHost().links().DeleteRoute(route);
  const Call sent = client.Send("ping");
  ASSERT_EQ(client.Snapshot().timer, TimerKind::kPersist);
  client.Await([](const SocketSnapshot& now) { return now.retransmits == 1; }, "a try");

  ClientHost().links().AddRoute(route);
  EXPECT_THAT(server.Recv(), Returns(4).After(tries).Since(sent.begin));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
  )"));
}

}  // namespace
}  // namespace halfopen

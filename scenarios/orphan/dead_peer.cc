// SPDX-License-Identifier: GPL-2.0-or-later
// An orphan: the application closes, and its last data and its FIN reach nobody.
//
// close() returns at once, and with it the last one who could be told of an error is gone. The
// kernel keeps the socket in FIN-WAIT-1 and sends on, but not as long as for an application:
// tcp_orphan_retries takes the place of tcp_retries2 (tcp_write_timeout). It is a time as well, and
// its default of 0 means that of 8 retransmissions from 200 ms on, 102.2 s (tcp_orphan_retries() in
// net/ipv4/tcp_timer.c; ip-sysctl.rst calls 8 the default). A tail loss probe repeats the FIN; the
// first retransmission makes one segment of data and FIN (tcp_retrans_try_collapse). In the end the
// socket is forgotten without a RST, and the peer, if it lives, stays ESTABLISHED.
#include <sys/socket.h>

#include "scenarios/forgotten.h"
#include "scenarios/retransmission/retransmission.h"

namespace halfopen {
namespace {

// With more than one segment in flight the tail loss probe waits for two round trips, which are
// nothing here, and TCP_TIMEOUT_MIN_US.
constexpr Duration kLossProbe = std::chrono::milliseconds(2);

// What the wire shows of an orphan: +probe, +backoff, *again.
constexpr char kDataAndFin[] = R"(
              handshake
              client >| server  P.   1:5(4) ack 1
              client >| server  F.   5:5(0) ack 1
    +probe    client >| server  F.   5:5(0) ack 1
    +backoff  client >| server  FP.  1:5(4) ack 1  *again
    quiet 200ms
)";

// Sends, closes, and follows the orphan through the retransmissions of `backoff` to its end.
void ExpectForgottenOrphan(Socket& client, Socket& server, const std::vector<Duration>& backoff) {
  const Counters before = Counters::Read(client.host().network());
  EXPECT_THAT(client.Send("ping"), Returns(4));
  const Call closed = client.Close();
  EXPECT_THAT(closed, Returns(0).AtOnce());
  for (int retransmits = 1; retransmits < std::ssize(backoff); ++retransmits) {
    const SocketSnapshot orphan = AwaitRetransmission(client, retransmits);
    ASSERT_EQ(orphan.state, TcpState::kFinWait1);
    ASSERT_THAT(orphan, ShowsRetransmissionTimer(retransmits, backoff.front()));
  }

  std::vector<Duration> timers = backoff;
  timers.insert(timers.begin(), kLossProbe);
  ExpectForgottenAfter(timers, closed, client);
  EXPECT_THAT(Counters::Read(client.host().network(), client.host().name()).Since(before),
              CountsATimeoutAfter(static_cast<int>(backoff.size())));
  EXPECT_EQ(server.Snapshot().state, TcpState::kEstablished);
  EXPECT_THAT(server.Recv(Socket::kReceiveSize, MSG_DONTWAIT), FailsWith(EAGAIN));
}

SCENARIO(Orphan, EndsByOrphanRetries,
         .verdict =
             "After close() data and FIN are retransmitted for the time of tcp_orphan_retries, not "
             "tcp_retries2; then the socket is forgotten without a RST.",
         .source = "ip-sysctl.rst, tcp_orphan_retries; tcp_orphan_retries()") {
  auto [client, server] = Connect();
  const int retries = Times().orphan_retries == 0 ? 8 : Times().orphan_retries;
  const auto backoff = Timers::RetransmissionBackoff(client.Snapshot().rto, retries);
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));

  ExpectForgottenOrphan(client, server, backoff);
  EXPECT_THAT(Wire(),
              Shows(kDataAndFin, Bind("probe", kLossProbe), Bind("backoff", WithoutLast(backoff)),
                    Bind("again", static_cast<int>(backoff.size()) - 1)));
}

SCENARIO(
    Orphan, EndsSoonerWithOneOrphanRetry,
    .verdict =
        "tcp_orphan_retries=1 forgets a closed connection with a dead peer after about a second.",
    .source = "ip-sysctl.rst, tcp_orphan_retries; tcp_write_timeout()") {
  ClientHost().sysctls().Set("net.ipv4.tcp_orphan_retries", 1);
  auto [client, server] = Connect();
  const auto backoff = Timers::RetransmissionBackoff(client.Snapshot().rto, 1);
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));

  ExpectForgottenOrphan(client, server, backoff);
  EXPECT_THAT(Wire(),
              Shows(kDataAndFin, Bind("probe", kLossProbe), Bind("backoff", WithoutLast(backoff)),
                    Bind("again", static_cast<int>(backoff.size()) - 1)));
}

}  // namespace
}  // namespace halfopen

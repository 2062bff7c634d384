// SPDX-License-Identifier: GPL-2.0-or-later
// Zero window with TCP_USER_TIMEOUT: a living peer that does not read is given up as well.
//
// RFC 1122 4.2.2.17 keeps a connection open for as long as its probes are answered. With
// TCP_USER_TIMEOUT Linux does not: the time also limits how long buffered data may wait for the
// window (tcp(7)). It runs from the first probe on (icsk_probes_tstamp), whatever the answers, and
// only an opening window clears it; the last interval is cut so that it ends with it
// (tcp_clamp_probe0_to_user_timeout). Nothing is sent then: the peer learns it from the RST that
// its window update draws.
#include <poll.h>

#include <chrono>

#include "scenarios/zero_window/zero_window.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::IsSupersetOf;
using testing::Key;
using testing::Not;
using testing::Pair;

SCENARIO(ZeroWindow, UserTimeoutGivesUpALivingPeer,
         .verdict =
             "With TCP_USER_TIMEOUT a peer that answers every probe but does not read is given "
             "up: ETIMEDOUT, that long after the first probe.",
         .source = "tcp(7) TCP_USER_TIMEOUT; tcp_probe_timer, tcp_clamp_probe0_to_user_timeout") {
  const UserTimeout limit{std::chrono::seconds(profile() == Profile::kFast ? 2 : 600)};
  auto [client, server] = ConnectToSmallBuffer(ClientHost(), ServerHost());
  const Counters before = CountersOf(ClientHost());
  if (Cause("the client sets TCP_USER_TIMEOUT")) client.Set(limit);

  EXPECT_THAT(client.Send(std::string(kTooMuch, 'x')), Returns(kTooMuch));
  const SocketSnapshot closed = AwaitPersistTimer(client, 0);
  const WirePacket closing = FindClosing(Wire());
  // The same intervals as those of retransmissions, and cut in the same way.
  const auto schedule = Timers::RetransmissionBackoff(closed.rto, Times().retries2, limit.time);
  EXPECT_THAT(client.Poll(POLLIN, 2 * limit.time), Returns(1).After(schedule).Since(closing.time));
  EXPECT_THAT(client.Send("ping"), FailsWith(ETIMEDOUT));
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));

  const auto probes = WithoutLast(schedule);
  EXPECT_THAT(Wire().Since(closing.time),
              Shows(ClosingAndAnsweredProbes(closing.acknowledgment, probes)));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before),
              AllOf(IsSupersetOf({Pair("TcpExt.TCPWinProbe", static_cast<int>(probes.size())),
                                  Pair("TcpExt.TCPAbortOnTimeout", 1)}),
                    Not(Contains(Key("TcpExt.TCPTimeouts"))), Not(Contains(Key("Tcp.OutRsts")))));

  EXPECT_EQ(server.Snapshot().state, TcpState::kEstablished);
  EXPECT_THAT(server.Recv(kTooMuch), Succeeds());
  EXPECT_THAT(server.Poll(POLLERR, Times().keepalive.interval), Returns(1));
  EXPECT_EQ(server.TakeError(), ECONNRESET);
}

}  // namespace
}  // namespace halfopen

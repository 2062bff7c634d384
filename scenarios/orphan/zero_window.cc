// SPDX-License-Identifier: GPL-2.0-or-later
// An orphan whose peer lives and does not read: its patience ends as well.
//
// With an application behind it the socket would wait for the window for ever, as each probe is
// answered. Nobody waits for an orphan: tcp_probe_timer gives it up once the interval of the probes
// has reached 120 s (TCP_RTO_MAX), however often it was answered. "Alive" means no more than that
// the interval is shorter; only then does tcp_orphan_retries' default of 0 mean 8. Nothing is sent,
// neither the rest of the data nor a FIN. The peer learns it when it reads at last: its window
// update is answered with RST. (A tcp_retries2 below 10 keeps the interval, and with it the
// orphan.)
#include "scenarios/zero_window/zero_window.h"

#include "scenarios/forgotten.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::IsSupersetOf;
using testing::Key;
using testing::Not;
using testing::Pair;

DEFAULT_PROFILE_SCENARIO(Orphan, OfALivingPeerEndsWhenProbesAreTwoMinutesApart,
                         .verdict =
                             "A closed connection whose living peer does not read is given up once "
                             "the window probes are 120 s apart; its later read draws a RST.",
                         .source = "tcp_probe_timer()") {
  auto [client, server] = ConnectToSmallBuffer(ClientHost(), ServerHost());
  const Counters before = CountersOf(ClientHost());
  EXPECT_THAT(client.Send(std::string(kTooMuch, 'x')), Returns(kTooMuch));
  const SocketSnapshot closed = AwaitPersistTimer(client, 0);
  ASSERT_THAT(closed, ShowsPersistTimer(0, 0));
  const WirePacket closing = FindClosing(Wire());
  const int probes = 10;  // so many doublings of 200 ms and a little are more than two minutes
  const auto schedule = Timers::ProbeBackoff(closed.rto, Times().retries2, probes + 1);

  if (Cause("the client closes")) client.Close();
  ASSERT_EQ(client.Snapshot().state, TcpState::kFinWait1);
  ExpectForgottenAfter(schedule, closing.time, closing.time, client);
  EXPECT_THAT(Wire().Since(closing.time),
              Shows(ClosingAndAnsweredProbes(closing.acknowledgment, WithoutLast(schedule))));
  EXPECT_THAT(
      CountersOf(ClientHost()).Since(before),
      AllOf(IsSupersetOf({Pair("TcpExt.TCPWinProbe", probes), Pair("TcpExt.TCPAbortOnTimeout", 1)}),
            Not(Contains(Key("Tcp.OutRsts")))));

  EXPECT_EQ(server.Snapshot().state, TcpState::kEstablished);
  EXPECT_THAT(server.Recv(kTooMuch), Succeeds());
  server.Await(TcpState::kClose);
  EXPECT_THAT(server.Recv(), FailsWith(ECONNRESET));
}

}  // namespace
}  // namespace halfopen

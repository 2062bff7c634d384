// SPDX-License-Identifier: GPL-2.0-or-later
// Zero window, and then the peer dies: nobody answers the probes.
//
// While the window is closed nothing is in flight, so no retransmission timer runs; the persist
// timer does, from the retransmission timeout doubled up to 120 s (tcp_send_probe0). The probe is
// an acknowledgment with an old number. Here tcp_retries2 does count: the connection ends when the
// timer fires with that many probes unanswered (tcp_probe_timer), which takes as long as
// retransmissions do. Nothing is sent then, and the application is told ETIMEDOUT.
#include "scenarios/zero_window/zero_window.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::IsSupersetOf;
using testing::Key;
using testing::Not;
using testing::Pair;

SCENARIO(ZeroWindow, UnansweredProbesTimeOutByRetries2,
         .verdict =
             "Window probes that nobody answers end the connection after tcp_retries2 of them: "
             "recv() fails with ETIMEDOUT, nothing is sent.",
         .source = "tcp_probe_timer(); ip-sysctl.rst, tcp_retries2") {
  auto [client, server] = ConnectToSmallBuffer(ClientHost(), ServerHost());
  const Counters before = CountersOf(ClientHost());
  const unsigned probes = static_cast<unsigned>(Times().retries2);
  // Data passes; what else the client sends from now on is probes.
  Fault dark = ServerHost().Drop(Input().ToPort(80).Length(Comparison::kLess, 100));

  EXPECT_THAT(client.Send(std::string(kTooMuch, 'x')), Returns(kTooMuch));
  const SocketSnapshot closed = AwaitPersistTimer(client, 0);
  ASSERT_THAT(closed, ShowsPersistTimer(0, 0));
  const WirePacket closing = FindClosing(Wire());
  const auto schedule = Timers::ProbeBackoff(closed.rto, Times().retries2, Times().retries2 + 1);
  for (unsigned unanswered = 1; unanswered <= probes; ++unanswered) {
    ASSERT_THAT(AwaitPersistTimer(client, unanswered),
                ShowsPersistTimer(unanswered, static_cast<int>(unanswered)));
  }
  EXPECT_THAT(client.Recv(), FailsWith(ETIMEDOUT).After(schedule).Since(closing.time));
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));

  EXPECT_THAT(Wire().Since(closing.time),
              Shows(ClosingAndLostProbes(closing.acknowledgment),
                    Bind("backoff", WithoutLast(schedule)), Bind("probes", Times().retries2)));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before),
              AllOf(IsSupersetOf({Pair("TcpExt.TCPWinProbe", Times().retries2),
                                  Pair("TcpExt.TCPAbortOnTimeout", 1)}),
                    Not(Contains(Key("TcpExt.TCPTimeouts"))), Not(Contains(Key("Tcp.OutRsts")))));
  EXPECT_EQ(server.Snapshot().state, TcpState::kEstablished);
}

}  // namespace
}  // namespace halfopen

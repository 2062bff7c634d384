// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_RETRANSMISSION_RETRANSMISSION_H_
#define HALFOPEN_SCENARIOS_RETRANSMISSION_RETRANSMISSION_H_

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "harness/scenario.h"

// What the stories of data that nobody acknowledges share.
namespace halfopen {

// The timers of a single segment that nobody acknowledges, from its first transmission to the end
// of the connection: the first two send a tail loss probe and a retransmission, and are both as
// long as the retransmission timeout.
inline std::vector<Duration> SingleSegmentSchedule(Duration rto, int retries,
                                                   Duration user_timeout = Duration(0)) {
  std::vector<Duration> schedule = Timers::RetransmissionBackoff(rto, retries, user_timeout);
  schedule.insert(schedule.begin(), rto);
  return schedule;
}

// How inet_diag shows a socket once the retransmission timer has sent its oldest segment for the
// `retransmits`th time and runs again, or once everything is acknowledged. The taps see a packet
// before the timer's handler has armed it again.
inline SocketSnapshot AwaitRetransmission(Socket& socket, int retransmits) {
  return socket.Await(
      [=](const SocketSnapshot& now) {
        return now.send_queue == 0 || (now.timer == TimerKind::kOn &&
                                       now.retransmits == static_cast<unsigned>(retransmits));
      },
      fmt::format("retransmission {}", retransmits));
}

// ss shows timer:(on,…,retransmits), and with -i the doubled timeout and the backoff.
inline auto ShowsRetransmissionTimer(int retransmits, Duration first_rto) {
  using testing::Eq;
  using testing::Field;
  const auto count = static_cast<unsigned>(retransmits);
  const Duration rto = std::min<Duration>(first_rto * (1L << retransmits), std::chrono::minutes(2));
  return testing::AllOf(Field("timer", &SocketSnapshot::timer, TimerKind::kOn),
                        Field("retransmits", &SocketSnapshot::retransmits, count),
                        Field("backoff", &SocketSnapshot::backoff, count),
                        Field("rto", &SocketSnapshot::rto, Eq(rto)));
}

// A segment that nobody acknowledges, and the end of its connection: +backoff, *again.
inline constexpr char kLostSegment[] = R"(
    handshake
              client >| server  P.  1:5(4) ack 1
    +backoff  client >| server  P.  1:5(4) ack 1  *again
    quiet 200ms
)";

// The counters of a connection whose oldest data was sent `again` times, once as a tail loss probe,
// before it was given up without a RST. Every retransmission timer counts as a timeout, the last
// one too, which sends nothing.
inline auto CountsATimeoutAfter(int again) {
  using testing::Pair;
  return testing::AllOf(
      testing::IsSupersetOf({Pair("TcpExt.TCPLossProbes", 1), Pair("TcpExt.TCPTimeouts", again),
                             Pair("Tcp.RetransSegs", again), Pair("TcpExt.TCPAbortOnTimeout", 1)}),
      testing::Not(testing::Contains(testing::Key("Tcp.OutRsts"))));
}

}  // namespace halfopen

#endif  // HALFOPEN_SCENARIOS_RETRANSMISSION_RETRANSMISSION_H_

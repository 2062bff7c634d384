// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_FORGOTTEN_H_
#define HALFOPEN_SCENARIOS_FORGOTTEN_H_

#include <vector>

#include "harness/expect/in_time.h"
#include "harness/scenario.h"

namespace halfopen {

// Waits until the kernel has forgotten a socket, and holds the time that this took against the
// timers that were to do it one after the other, the first of them armed between `begin` and `end`.
inline void ExpectForgottenAfter(const std::vector<Duration>& timers, TimePoint begin,
                                 TimePoint end, Socket& socket) {
  TimePoint last_seen = end;
  const SocketSnapshot gone = socket.Await(
      [&](const SocketSnapshot& now) {
        if (now.state != TcpState::kClose) last_seen = now.time;
        return now.state == TcpState::kClose;
      },
      "CLOSE");
  // Await looks at the socket now and then, so what it still saw must not be late, and what it no
  // longer saw must not be early.
  EXPECT_TRUE(
      InTime("the closed socket is forgotten", timers, {begin, end}, {last_seen, gone.time}));
}

// The same where `closed` armed the first timer.
inline void ExpectForgottenAfter(const std::vector<Duration>& timers, const Call& closed,
                                 Socket& socket) {
  ExpectForgottenAfter(timers, closed.begin, closed.end, socket);
}

}  // namespace halfopen

#endif  // HALFOPEN_SCENARIOS_FORGOTTEN_H_

// SPDX-License-Identifier: GPL-2.0-or-later
// Traffic inside the idle time: the keepalive timer fires, finds the peer alive, and sends nothing.
//
// Data does not touch the running timer, which would cost a timer update for each packet. The
// handler asks instead when something was last received (keepalive_time_elapsed), and arms the
// timer again for the rest of the idle time, counted from then (tcp_keepalive_timer). So `ss -o`
// shows the old due time after the data, zero while the handler is due, and then the rest: an
// article that sent data at 25 s of 30 s saw just that, five seconds to go, none, and 20 of 25 five
// seconds later.
#include <poll.h>

#include "harness/expect/window.h"
#include "scenarios/keepalive/probes.h"

namespace halfopen {
namespace {

SCENARIO(KeepaliveTimer, TrafficInsideTheIdleTimePutsTheProbeOff,
         .verdict =
             "Traffic within the idle time does not touch the running keepalive timer: it fires, "
             "sends nothing, and runs again for the rest.",
         .source = "tcp_keepalive_timer(), keepalive_time_elapsed()") {
  Keepalive ka = Times().keepalive;
  ka.idle *= 2;  // a sixth of it is time enough for the application to be late
  const std::chrono::milliseconds idle = ka.idle;
  const Duration jiffy = KernelWheel().Jiffy();
  auto [client, server] = Connect(ka);

  // The application's own timer: it waits for an answer, then sends again.
  EXPECT_THAT(client.Poll(POLLIN, idle * 5 / 6), Returns(0));
  const TimePoint sent = Clock::now();
  if (Cause("the client sends inside the idle time")) client.Send("ping");
  EXPECT_LE(client.Snapshot().timer_expires, idle / 6 + jiffy);  // as armed by the handshake

  // By the end of this wait the timer has fired, and the new idle time is half over.
  EXPECT_THAT(client.Poll(POLLIN, idle / 2), Returns(0));
  const SocketSnapshot rest = client.Snapshot();
  EXPECT_THAT(rest, ShowsKeepaliveTimer(0));
  EXPECT_GE(rest.time + rest.timer_expires + jiffy, sent + idle);

  AwaitPackets(IsServerAck, 2, "acknowledgments of the data and of a probe");
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
             client > server  P.  1:5(4) ack 1
             server > client  .   1:1(0) ack 5
      +idle  client > server  .   4:4(0) ack 1
             server > client  .   1:1(0) ack 5
      quiet 200ms
  )",
                            Bind("idle", ka.idle)));
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// Keepalive expiry while no call blocks: the error waits for the application.
//
// tcp_write_err leaves ETIMEDOUT in sk_err and wakes whoever polls. The next call takes it,
// whatever call that is: here a send fails with ETIMEDOUT, and not with EPIPE (sk_stream_error). It
// is told once (SO_ERROR, socket(7)): the second send gets EPIPE, a read the end of the stream.
#include <poll.h>

#include "scenarios/keepalive/probes.h"

namespace halfopen {
namespace {

SCENARIO(KeepaliveExpiry, ErrorWaitsForTheNextCall,
         .verdict =
             "If no call blocks when keepalive gives up, the next call fails with ETIMEDOUT, a "
             "send too; the one after gets EPIPE or the end of the stream.",
         .source = "socket(7), SO_ERROR; tcp_write_err(), sk_stream_error()") {
  const Keepalive ka = Times().keepalive;
  const TimePoint begin = Clock::now();
  auto [client, server] = Connect(ka);
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));

  PendingCall poll = client.StartPoll(POLLIN);
  AwaitPackets(IsClientProbe, 1, "keepalive probe");
  ASSERT_THAT(AwaitKeepaliveTimer(client), ShowsKeepaliveTimer(1));

  EXPECT_THAT(poll.Wait(), Returns(1).After(ScheduleOf(ka)).Since(begin));
  EXPECT_EQ(PollEventNames(poll.Wait().events), PollEventNames(POLLIN | POLLERR | POLLHUP));
  EXPECT_THAT(client.Send("ping"), FailsWith(ETIMEDOUT));
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));
  EXPECT_THAT(client.Recv(), EndsStream());

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      +idle      client >| server  .   0:0(0) ack 1
      +interval  client >| server  .   0:0(0) ack 1  *more
      +interval  client >| server  R.  1:1(0) ack 1
      quiet 200ms
  )",
                            Bind("idle", ka.idle), Bind("interval", ka.interval),
                            Bind("more", ka.probes - 1)));
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// connect() that does not block, as curl and every event loop do it.
//
// It returns EINPROGRESS, whatever comes of it (connect(2)). Success and failure both make the
// socket writable, so poll() alone tells neither: a failed connect is POLLOUT|POLLERR|POLLHUP
// (tcp_poll, net/ipv4/tcp.c), and SO_ERROR has the reason, once.
#include <poll.h>

#include "scenarios/syn_retry/syn_retry.h"

namespace halfopen {
namespace {

SCENARIO(SynRetry, NonBlockingConnectLearnsOfTheTimeoutByPoll,
         .verdict =
             "A non-blocking connect() returns EINPROGRESS; poll() later says "
             "POLLOUT|POLLERR|POLLHUP, and SO_ERROR is ETIMEDOUT, once.",
         .source = "connect(2), EINPROGRESS; tcp_poll()") {
  Socket client = ClientHost().NewSocket();
  const auto schedule = SynSchedule();
  Fault dark = ServerHost().Drop(SynTo80());
  client.SetNonBlocking();

  const Call connecting = client.Connect(ServerHost());
  EXPECT_THAT(connecting, FailsWith(EINPROGRESS).AtOnce());
  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(EALREADY));
  const Call polled = client.Poll(POLLOUT);
  EXPECT_THAT(polled, Returns(1).After(schedule).Since(connecting.begin));
  EXPECT_EQ(PollEventNames(polled.events), "POLLOUT|POLLERR|POLLHUP");
  EXPECT_EQ(client.TakeError(), ETIMEDOUT);
  EXPECT_EQ(client.TakeError(), 0);

  EXPECT_THAT(Wire(), Shows(R"(
                client >| server  S  0:0(0)
      +backoff  client >| server  S  0:0(0)  *more
      quiet 200ms
  )",
                            Backoff(schedule), More(schedule)));
}

SCENARIO(SynRetry, NonBlockingConnectLearnsOfTheRefusalByPoll,
         .verdict =
             "A refused non-blocking connect() is writable with POLLERR|POLLHUP, and SO_ERROR is "
             "ECONNREFUSED, once.",
         .source = "connect(2), EINPROGRESS; tcp_poll()") {
  Socket client = ClientHost().NewSocket();
  client.SetNonBlocking();

  if (Cause("the client connects to a port that nobody listens on")) {
    EXPECT_THAT(client.Connect(ServerHost()), FailsWith(EINPROGRESS).AtOnce());
  }
  const Call polled = client.Poll(POLLOUT);
  EXPECT_THAT(polled, Returns(1).AtOnce());
  EXPECT_EQ(PollEventNames(polled.events), "POLLOUT|POLLERR|POLLHUP");
  EXPECT_EQ(client.TakeError(), ECONNREFUSED);
  EXPECT_EQ(client.TakeError(), 0);

  EXPECT_THAT(Wire(), Shows(R"(
      client > server  S   0:0(0)
      server > client  R.  0:0(0) ack 1
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// connect() called again: while it is under way, when it has succeeded, when it has failed.
//
// connect(2) leaves the state of a socket after a failure open and advises a new one. Linux puts
// the socket back (tcp_disconnect), so that the next connect() sends a SYN from a new port. A
// non-blocking connect() has one more answer to give: the call that comes after the end of the
// attempt reports how it ended, 0 or the error, and only the one after that is a new attempt
// (__inet_stream_connect, net/ipv4/af_inet.c).
#include <poll.h>

#include "scenarios/syn_retry/syn_retry.h"

namespace halfopen {
namespace {

constexpr char kRefusedThenConnected[] = R"(
    client > server  S   0:0(0)
    server > client  R.  0:0(0) ack 1
    handshake
    quiet 200ms
)";

SCENARIO(ConnectAgain, SameSocketConnectsAfterEconnrefused,
         .verdict =
             "After ECONNREFUSED the same socket can connect() again, and does once somebody "
             "listens.",
         .source = "connect(2); __inet_stream_connect(), tcp_disconnect()") {
  Socket client = ClientHost().NewSocket();
  if (Cause("the client connects before the server listens")) {
    EXPECT_THAT(client.Connect(ServerHost()), FailsWith(ECONNREFUSED).AtOnce());
    EXPECT_EQ(client.TakeError(), 0);
  }

  Socket listener = ServerHost().Listen();
  EXPECT_THAT(client.Connect(ServerHost()), Returns(0).AtOnce());
  EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);
  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(EISCONN));
  EXPECT_THAT(Wire(), Shows(kRefusedThenConnected));
}

SCENARIO(ConnectAgain, SameSocketConnectsAfterEtimedout,
         .verdict =
             "After ETIMEDOUT the same socket can connect() again and starts its SYN schedule "
             "anew.",
         .source = "connect(2); tcp_write_timeout(), tcp_disconnect()") {
  Socket listener = ServerHost().Listen();
  Socket client = ClientHost().NewSocket();
  client.Set(SynCount{1});
  const auto schedule = SynSchedule(1);
  Fault dark = ServerHost().Drop(SynTo80());
  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(ETIMEDOUT).After(schedule));

  dark.Lift();
  EXPECT_THAT(client.Connect(ServerHost()), Returns(0).AtOnce());
  EXPECT_THAT(Wire(), Shows(R"(
                client >| server  S   0:0(0)
      +backoff  client >| server  S   0:0(0)  *more
      handshake
      quiet 200ms
  )",
                            Backoff(schedule), More(schedule)));
}

SCENARIO(ConnectAgain, NonBlockingSocketTellsHowItStands,
         .verdict =
             "Repeated non-blocking connect(): EINPROGRESS, EALREADY until the handshake is "
             "done, then 0 once, then EISCONN.",
         .source = "connect(2); __inet_stream_connect()") {
  Socket listener = ServerHost().Listen();
  Socket client = ClientHost().NewSocket();
  const auto schedule = SynSchedule();
  Fault dark = ServerHost().Drop(SynTo80().First(1));
  client.SetNonBlocking();

  const Call connecting = client.Connect(ServerHost());
  EXPECT_THAT(connecting, FailsWith(EINPROGRESS).AtOnce());
  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(EALREADY).AtOnce());
  EXPECT_THAT(client.Send("ping"), FailsWith(EAGAIN));
  EXPECT_THAT(client.Poll(POLLOUT), Returns(1).After(schedule[0]).Since(connecting.begin));
  EXPECT_EQ(client.TakeError(), 0);
  EXPECT_THAT(client.Connect(ServerHost()), Returns(0));
  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(EISCONN));

  EXPECT_THAT(Wire(), Shows(R"(
              client >| server  S   0:0(0)
      +first  client >  server  S   0:0(0)
              server >  client  S.  0:0(0) ack 1
              client >  server  .   1:1(0) ack 1
      quiet 200ms
  )",
                            Bind("first", schedule[0])));
}

SCENARIO(ConnectAgain, NonBlockingSocketReportsTheRefusalFirst,
         .verdict =
             "After a refused non-blocking connect() the next connect() only reports "
             "ECONNREFUSED; the one after that sends a new SYN.",
         .source = "__inet_stream_connect() (sock_error())") {
  Socket client = ClientHost().NewSocket();
  client.SetNonBlocking();
  if (Cause("the client connects before the server listens")) {
    EXPECT_THAT(client.Connect(ServerHost()), FailsWith(EINPROGRESS).AtOnce());
  }
  client.Await(TcpState::kClose);
  Socket listener = ServerHost().Listen();

  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(ECONNREFUSED).AtOnce());
  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(EINPROGRESS).AtOnce());
  EXPECT_THAT(client.Poll(POLLOUT), Returns(1).AtOnce());
  EXPECT_EQ(client.TakeError(), 0);
  EXPECT_THAT(Wire(), Shows(kRefusedThenConnected));
}

// An event loop has read SO_ERROR by then, and with it the only copy of the reason.
SCENARIO(
    ConnectAgain, NonBlockingSocketWhoseErrorWasReadReportsEconnaborted,
    .verdict =
        "If SO_ERROR has already taken the ECONNREFUSED, the next connect() fails with "
        "ECONNABORTED and sends nothing; the one after that connects.",
    .source = "__inet_stream_connect(): sock_error(sk) ? : -ECONNABORTED; socket(7), SO_ERROR") {
  Socket client = ClientHost().NewSocket();
  client.SetNonBlocking();
  if (Cause("the client connects before the server listens")) {
    EXPECT_THAT(client.Connect(ServerHost()), FailsWith(EINPROGRESS).AtOnce());
  }
  client.Await(TcpState::kClose);
  EXPECT_EQ(client.TakeError(), ECONNREFUSED);
  Socket listener = ServerHost().Listen();

  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(ECONNABORTED).AtOnce());
  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(EINPROGRESS).AtOnce());
  EXPECT_THAT(client.Poll(POLLOUT), Returns(1).AtOnce());
  EXPECT_EQ(client.TakeError(), 0);
  EXPECT_THAT(Wire(), Shows(kRefusedThenConnected));
}

// A signal ends the call, and not the attempt (connect(2), EINTR): to call connect() again is to
// wait on, as nobody restarts it by himself.
SCENARIO(ConnectAgain, InterruptedConnectGoesOn,
         .verdict =
             "A signal ends connect() with EINTR, but the handshake goes on: connect() called "
             "again waits for it and returns 0.",
         .source = "connect(2) EINTR, signal(7); __inet_stream_connect()") {
  Socket listener = ServerHost().Listen();
  Socket client = ClientHost().NewSocket();
  const auto schedule = SynSchedule();
  Fault dark = ServerHost().Drop(SynTo80().First(1));
  Call interrupted;
  if (Cause("a signal comes")) {
    // The end of a pending call's scope interrupts it.
    PendingCall connecting([&] { return interrupted = client.Connect(ServerHost()); });
  }
  EXPECT_THAT(interrupted, FailsWith(EINTR));
  ASSERT_EQ(client.Snapshot().state, TcpState::kSynSent);

  EXPECT_THAT(client.Connect(ServerHost()), Returns(0).After(schedule[0]).Since(interrupted.begin));
  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(EISCONN));
  EXPECT_THAT(Wire(), Shows(R"(
              client >| server  S   0:0(0)
      +first  client >  server  S   0:0(0)
              server >  client  S.  0:0(0) ack 1
              client >  server  .   1:1(0) ack 1
      quiet 200ms
  )",
                            Bind("first", schedule[0])));
}

}  // namespace
}  // namespace halfopen

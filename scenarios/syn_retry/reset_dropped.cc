// SPDX-License-Identifier: GPL-2.0-or-later
// A refused port, and one whose refusal is lost.
//
// Nobody listens, so the server answers the SYN with a RST (RFC 9293 3.10.7.1), and connect() fails
// with ECONNREFUSED at once. A firewall that drops the RST makes the same port look like a dead
// host: the client sends the SYN again and again, is refused again and again, and reports
// ETIMEDOUT. From the error alone the two cannot be told apart; on the wire they can.
#include "scenarios/syn_retry/syn_retry.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Key;
using testing::Not;
using testing::Pair;

SCENARIO(SynRetry, RefusedPortFailsAtOnce,
         .verdict =
             "A SYN to a port that nobody listens on is answered with RST: connect() fails with "
             "ECONNREFUSED at once.",
         .source = "RFC 9293 3.10.7.1; connect(2)") {
  Socket client = ClientHost().NewSocket();
  const Counters before = CountersOf(ClientHost());
  if (Cause("the client connects to a port that nobody listens on")) {
    EXPECT_THAT(client.Connect(ServerHost()), FailsWith(ECONNREFUSED).AtOnce());
  }

  EXPECT_EQ(client.Snapshot().state, TcpState::kClose);
  EXPECT_THAT(CountersOf(ClientHost()).Since(before),
              AllOf(Contains(Pair("Tcp.AttemptFails", 1)), Not(Contains(Key("Tcp.RetransSegs")))));
  EXPECT_THAT(Wire(), Shows(R"(
      client > server  S   0:0(0)
      server > client  R.  0:0(0) ack 1
      quiet 200ms
  )"));
}

LOOPBACK_SCENARIO(SynRetry, RefusedPortFailsAtOnceOverLoopbackToo,
                  .verdict = "Over loopback too a closed port refuses at once: ECONNREFUSED.",
                  .source = "RFC 9293 3.10.7.1; connect(2)") {
  Socket client = ClientHost().NewSocket("client");
  if (Cause("the client connects to a port that nobody listens on")) {
    EXPECT_THAT(client.Connect(ServerHost()), FailsWith(ECONNREFUSED).AtOnce());
  }

  EXPECT_THAT(Wire(), Shows(R"(
      client > loopback  S   0:0(0)
      loopback > client  R.  0:0(0) ack 1
      quiet 200ms
  )"));
}

SCENARIO(SynRetry, DroppedResetMakesARefusedPortLookDead,
         .verdict =
             "A closed port whose RST is lost looks like a dead host: the SYN is sent again and "
             "again, and connect() fails with ETIMEDOUT.",
         .source = "RFC 9293 3.10.7.1; tcp_write_timeout()") {
  Socket client = ClientHost().NewSocket();
  const Counters before = CountersOf(ClientHost());
  const auto schedule = SynSchedule();
  Fault deaf = ClientHost().Drop(ResetFrom80());

  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(ETIMEDOUT).After(schedule));

  EXPECT_THAT(CountersOf(ClientHost()).Since(before), CountsATimedOutConnect(schedule));
  EXPECT_THAT(Wire().SentBy("client"), Shows(R"(
                client > server   S   0:0(0)
      +backoff  client > server   S   0:0(0)  *more
      quiet 200ms
  )",
                                             Backoff(schedule), More(schedule)));
  EXPECT_THAT(Wire().SentBy("server"), Shows(R"(
                server >| client  R.  0:0(0) ack 1
      +backoff  server >| client  R.  0:0(0) ack 1  *more
  )",
                                             Backoff(schedule), More(schedule)));
}

}  // namespace
}  // namespace halfopen

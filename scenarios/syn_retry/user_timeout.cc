// SPDX-License-Identifier: GPL-2.0-or-later
// TCP_USER_TIMEOUT while connecting.
//
// tcp(7) speaks of transmitted data; the SYN counts as such. The retransmission timer is cut so
// that it fires when the user timeout is over (tcp_clamp_rto_to_user_timeout, since Linux 4.19),
// and connect() fails with ETIMEDOUT there and then (tcp_write_timeout, since 5.0; before, the
// timer went on a jiffy at a time until the retries were used up). Only a retransmission looks at
// it: one of less than the first second still lets a second SYN out, though older tables of TCP's
// timers call its effect on SYNs immediate.
#include "scenarios/syn_retry/syn_retry.h"

namespace halfopen {
namespace {

using namespace std::chrono_literals;

SCENARIO(SynRetry, UserTimeoutCutsTheSchedule,
         .verdict =
             "TCP_USER_TIMEOUT ends connect() with ETIMEDOUT when it is over, in the middle of an "
             "interval.",
         .source = "tcp(7), TCP_USER_TIMEOUT; tcp_clamp_rto_to_user_timeout()") {
  Socket client = ClientHost().NewSocket();
  const Counters before = CountersOf(ClientHost());
  const std::vector<Duration> schedule = {1s, 500ms};
  Fault dark = ServerHost().Drop(SynTo80());
  if (Cause("the client sets TCP_USER_TIMEOUT")) client.Set(UserTimeout{1500ms});

  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(ETIMEDOUT).After(schedule));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), CountsATimedOutConnect(schedule));
  EXPECT_THAT(Wire(), Shows(R"(
           client >| server  S  0:0(0)
      +1s  client >| server  S  0:0(0)
      quiet 200ms
  )"));
}

SCENARIO(SynRetry, UserTimeoutBelowTheFirstIntervalWaitsForTheSecondSyn,
         .verdict =
             "A TCP_USER_TIMEOUT below a second still lets a second SYN out; connect() fails with "
             "ETIMEDOUT just after it.",
         .source = "tcp_write_timeout(), tcp_clamp_rto_to_user_timeout()",
         .outdated =
             "TCP_USER_TIMEOUT's effect on SYNs is called immediate: only a retransmission looks "
             "at it, so the first second passes whatever it says.") {
  Socket client = ClientHost().NewSocket();
  const Counters before = CountersOf(ClientHost());
  const auto schedule = Timers::SynBackoff(1, 0, 300ms);  // 1 s, and a jiffy
  Fault dark = ServerHost().Drop(SynTo80());
  if (Cause("the client sets TCP_USER_TIMEOUT")) client.Set(UserTimeout{300ms});

  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(ETIMEDOUT).After(schedule));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), CountsATimedOutConnect(schedule));
  EXPECT_THAT(Wire(), Shows(R"(
           client >| server  S  0:0(0)
      +1s  client >| server  S  0:0(0)
      quiet 200ms
  )"));
}

// A long user timeout does not prolong connect(), as it does prolong an established connection's
// retransmissions: the number of retries still ends it. But it takes the place of the time that
// the retries alone would take, so with linear timeouts all of them go out.
SCENARIO(SynRetry, UserTimeoutDoesNotAddRetries,
         .verdict =
             "A TCP_USER_TIMEOUT beyond the retries does not prolong connect(): ETIMEDOUT comes by "
             "tcp_syn_retries.",
         .source = "tcp_write_timeout()") {
  Socket client = ClientHost().NewSocket();
  const auto schedule = SynSchedule(1, 60s);
  Fault dark = ServerHost().Drop(SynTo80());
  client.Set(UserTimeout{60s});
  client.Set(SynCount{1});

  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(ETIMEDOUT).After(schedule));
  EXPECT_THAT(Wire(), Shows(R"(
                client >| server  S  0:0(0)
      +backoff  client >| server  S  0:0(0)  *more
      quiet 200ms
  )",
                            Backoff(schedule), More(schedule)));
}

}  // namespace
}  // namespace halfopen

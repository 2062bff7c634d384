// SPDX-License-Identifier: GPL-2.0-or-later
// TCP_SYNCNT: one socket's own number of SYN retries.
//
// TCP_SYNCNT (tcp(7), 1 to 127) takes the place of tcp_syn_retries for its socket alone; the
// intervals stay as they are (tcp_write_timeout, net/ipv4/tcp_timer.c). A second socket of the same
// host goes on by the sysctl.
#include "scenarios/syn_retry/syn_retry.h"

namespace halfopen {
namespace {

SCENARIO(SynRetry, SynCountReplacesTheSysctl,
         .verdict =
             "TCP_SYNCNT replaces tcp_syn_retries for its socket alone: connect() fails with "
             "ETIMEDOUT that much sooner.",
         .source = "tcp(7), TCP_SYNCNT; tcp_write_timeout()") {
  Socket client = ClientHost().NewSocket();
  Socket patient = ClientHost().NewSocket("patient");
  const auto schedule = SynSchedule(1);
  Fault dark = ServerHost().Drop(SynTo80());
  if (Cause("the client sets TCP_SYNCNT")) client.Set(SynCount{1});

  PendingCall other = patient.StartConnect(ServerHost());
  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(ETIMEDOUT).After(schedule));

  EXPECT_FALSE(other.Done());
  EXPECT_EQ(patient.Snapshot().state, TcpState::kSynSent);
  EXPECT_THAT(Wire(client), Shows(R"(
                client >| server  S  0:0(0)
      +backoff  client >| server  S  0:0(0)  *more
      quiet 200ms
  )",
                                  Backoff(schedule), More(schedule)));
}

}  // namespace
}  // namespace halfopen

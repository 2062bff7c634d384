// SPDX-License-Identifier: GPL-2.0-or-later
// tcp_syn_linear_timeouts: SYNs a second apart before the interval doubles.
//
// New in Linux 6.5, 4 by default (ip-sysctl: 1, 1, 1, 1, 1, 2, 4, …). Two limits end the schedule,
// whichever comes first (tcp_write_timeout, net/ipv4/tcp_timer.c): the linear ones count on top of
// tcp_syn_retries; and the time that tcp_syn_retries alone would have taken, 2^(retries+1) - 1 s,
// which knows nothing of them (tcp_model_timeout). What was written before 2023 knows only
// doubling, and a kernel before 6.5 is not asked.
#include "scenarios/syn_retry/syn_retry.h"

namespace halfopen {
namespace {

using namespace std::chrono_literals;

constexpr char kLinearSysctl[] = "net.ipv4.tcp_syn_linear_timeouts";

void SetLinear(Host& host, int retries, int linear) {
  host.sysctls().Set(kLinearSysctl, linear);
  host.sysctls().Set("net.ipv4.tcp_syn_retries", retries);
}

SCENARIO(SynRetry, LinearTimeoutsComeOnTopOfTheRetries,
         .verdict =
             "tcp_syn_linear_timeouts SYNs go out a second apart before the interval doubles, on "
             "top of tcp_syn_retries; then ETIMEDOUT.",
         .source = "ip-sysctl.rst, tcp_syn_linear_timeouts; tcp_write_timeout()",
         .outdated =
             "SYNs are said to go out after 1, 2, 4, ... s; since Linux 6.5 they go out after 1, "
             "1, 1, 1, 1, 2, 4, ... s.") {
  EXPECT_EQ(ClientHost().sysctls().Get(kLinearSysctl).has_value(), Differs(kLinearSyns));
  OnlyWhere(kLinearSyns);
  if (Cause("tcp_syn_linear_timeouts = 1, tcp_syn_retries = 1")) SetLinear(ClientHost(), 1, 1);
  Socket client = ClientHost().NewSocket();
  const Counters before = CountersOf(ClientHost());
  const std::vector<Duration> schedule = {1s, 1s, 2s};
  Fault dark = ServerHost().Drop(SynTo80());

  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(ETIMEDOUT).After(schedule));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), CountsATimedOutConnect(schedule));
  EXPECT_THAT(Wire(), Shows(R"(
           client >| server  S  0:0(0)
      +1s  client >| server  S  0:0(0)
      +1s  client >| server  S  0:0(0)
      quiet 200ms
  )"));
}

// With few retries the second limit ends it: 5 retransmissions where the count allows 6, after the
// 7 s that 2 retries take without linear timeouts.
SCENARIO(SynRetry, LinearTimeoutsEndWhenTheRetriesAloneWould,
         .verdict =
             "With few retries the linear SYNs end early: connect() fails with ETIMEDOUT when "
             "tcp_syn_retries alone would have.",
         .source = "tcp_write_timeout(), tcp_model_timeout()") {
  EXPECT_EQ(ClientHost().sysctls().Get(kLinearSysctl).has_value(), Differs(kLinearSyns));
  OnlyWhere(kLinearSyns);
  if (Cause("tcp_syn_linear_timeouts = 4, tcp_syn_retries = 2")) SetLinear(ClientHost(), 2, 4);
  Socket client = ClientHost().NewSocket();
  const Counters before = CountersOf(ClientHost());
  const std::vector<Duration> schedule = {1s, 1s, 1s, 1s, 1s, 2s};
  Fault dark = ServerHost().Drop(SynTo80());

  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(ETIMEDOUT).After(schedule));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), CountsATimedOutConnect(schedule));
  EXPECT_THAT(Wire(), Shows(R"(
           client >| server  S  0:0(0)
      +1s  client >| server  S  0:0(0)  *5
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen

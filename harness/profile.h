// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_PROFILE_H_
#define HALFOPEN_HARNESS_PROFILE_H_

#include <vector>

#include "fixtures/socket_options.h"
#include "fixtures/testbed.h"
#include "harness/expect/deviation.h"
#include "harness/expect/kernel_version.h"
#include "harness/runner/run_context.h"
#include "netns/clock.h"

namespace halfopen {

// The SYN schedule's linear part, which a profile of the kernel's own timers has.
inline const Deviation kLinearSyns = Known(
    {.since = {"6.5"},
     .reason = "SYNs go out again after 1, 1, 1, 1, 1, 2, 4, ... s and not after 1, 2, 4, ... s",
     .source = "commit ccce324dabfe; ip-sysctl.rst, tcp_syn_linear_timeouts (4)"});

// The times that a scenario computes with, as its profile has them. Stories name these and no
// numbers, so that one story holds for both profiles.
struct Timers {
  Keepalive keepalive;                  // fast: 1 s, 1 s, 3; default: 7200 s, 75 s, 9 (tcp(7))
  int syn_retries = 0;                  // tcp_syn_retries; fast: 2, default: 6
  int syn_linear_timeouts = 0;          // fast: 0; default: 4 where kLinearSyns applies, else 0
  int synack_retries = 0;               // tcp_synack_retries; fast: 2, default: 5
  std::chrono::seconds fin_timeout{0};  // tcp_fin_timeout; fast: 2 s, default: 60 s
  int retries2 = 0;                     // tcp_retries2; fast: 2, default: 15
  int orphan_retries = 0;               // tcp_orphan_retries; fast: 2, default: 0, which means 8
  Duration neighbour_interval{0};       // retrans_time_ms of a link; fast: 100 ms, default: 1 s
  int zero_window_probes = 0;           // that a reader sleeps through; fast: 4, default: 70 (2 h)
  // What stories of TCP Fast Open set: tcp_synack_retries, one more of which Fast Open makes (fast:
  // 0, default: 5), and tcp_fastopen_blackhole_timeout_sec (fast: 1 s, default: the 3600 s that
  // ip-sysctl.rst speaks of; the kernel's own is 0 since 5.14).
  int fast_open_synack_retries = 0;
  std::chrono::seconds fast_open_blackhole{0};

  // The intervals between the transmissions of a SYN, the last of them from the last SYN to
  // ETIMEDOUT: `linear` of them are a second long (tcp_syn_linear_timeouts), then they double from
  // 1 s (TCP_TIMEOUT_INIT, RFC 6298 2.1) up to 120 s (TCP_RTO_MAX). Whichever comes first ends
  // them: `retries` + `linear` retransmissions; or the time that `retries` doublings alone would
  // take (127 s for 6), with `user_timeout` (TCP_USER_TIMEOUT; 0: none) that one in its place.
  static std::vector<Duration> SynBackoff(int retries, int linear,
                                          Duration user_timeout = Duration(0));

  // The intervals between the retransmissions of data that nobody acknowledges, the first of them
  // `rto` after the last transmission, the last of them from the last retransmission to the end:
  // they double from `rto` up to 120 s (TCP_RTO_MAX). The first that ends when as much time has
  // passed since the first retransmission as `retries` of them would have taken, had they begun
  // with 200 ms (TCP_RTO_MIN; 924.6 s for 15), is the last: tcp_write_timeout looks when the
  // timer fires. `user_timeout` (TCP_USER_TIMEOUT; 0: none) takes the place of that time, and cuts
  // the last interval so that it ends with it.
  static std::vector<Duration> RetransmissionBackoff(Duration rto, int retries,
                                                     Duration user_timeout = Duration(0));

  // The first `probes` intervals between the probes of a window that stays closed, the first of
  // them from when it closed: they double from `rto` up to 120 s, tcp_retries2 times at most
  // (tcp_send_probe0).
  static std::vector<Duration> ProbeBackoff(Duration rto, int retries2, int probes);
};

// What they are on `kernel`. Throws std::invalid_argument if the running one cannot be told.
Timers TimersOf(Profile profile, const KernelVersion& kernel = RunningKernel());

// The sysctls that a profile pins on every host before its links come up.
Sysctls PinnedSysctls(Profile profile);

// The keepalive's timers one after the other: idle, then an interval for each probe.
std::vector<Duration> ScheduleOf(const Keepalive& keepalive);

// The timers that send a packet, where the last one of a schedule ends the connection.
std::vector<Duration> WithoutLast(std::vector<Duration> schedule);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_PROFILE_H_

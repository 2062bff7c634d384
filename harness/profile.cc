// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/profile.h"

#include <algorithm>

namespace halfopen {

std::vector<Duration> Timers::SynBackoff(int retries, int linear) {
  using std::chrono::seconds;
  std::vector<Duration> intervals;
  // tcp_write_timeout (net/ipv4/tcp_timer.c) allows the linear ones on top of the retries;
  // tcp_retransmit_timer starts to double behind them.
  for (int sent = 0; sent <= retries + linear; ++sent) {
    const int doublings = std::max(0, sent - linear);
    intervals.emplace_back(seconds(std::min(120L, 1L << std::min(doublings, 7))));
  }
  return intervals;
}

Timers TimersOf(Profile profile) {
  using std::chrono::seconds;
  if (profile == Profile::kDefault) {
    return {{seconds(7200), seconds(75), 9}, 6, 5, seconds(60)};
  }
  return {{seconds(1), seconds(1), 3}, 2, 2, seconds(2)};
}

Sysctls PinnedSysctls(Profile profile) {
  Sysctls pinned = {
      // A distribution's choice may pace with timers of its own (bbr); reno sends at once, and is
      // the one that every kernel lets every namespace choose (tcp_set_default_congestion_control).
      {"net.ipv4.tcp_congestion_control", "reno"},
  };
  if (profile == Profile::kDefault) return pinned;
  const Timers timers = TimersOf(profile);
  pinned.merge(Sysctls{
      // Since Linux 6.5 four SYNs go out a second apart before the interval doubles.
      {"-net.ipv4.tcp_syn_linear_timeouts", "0"},
      // Connecting to a dead peer ends within 1 + 2 + 4 s.
      {"net.ipv4.tcp_syn_retries", std::to_string(timers.syn_retries)},
      // So does a half-made connection on the server.
      {"net.ipv4.tcp_synack_retries", std::to_string(timers.synack_retries)},
      // FIN-WAIT-2 of a closed socket ends within a story.
      {"net.ipv4.tcp_fin_timeout", std::to_string(timers.fin_timeout.count())},
  });
  return pinned;
}

std::vector<Duration> ScheduleOf(const Keepalive& keepalive) {
  std::vector<Duration> timers{keepalive.idle};
  timers.insert(timers.end(), static_cast<std::size_t>(keepalive.probes), keepalive.interval);
  return timers;
}

}  // namespace halfopen

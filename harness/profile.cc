// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/profile.h"

#include <algorithm>
#include <iterator>

#include "harness/expect/window.h"

namespace halfopen {
namespace {

constexpr Duration kRtoMin = std::chrono::milliseconds(200);  // TCP_RTO_MIN
constexpr Duration kRtoMax = std::chrono::seconds(120);       // TCP_RTO_MAX

Duration Doubled(Duration interval) { return std::min(2 * interval, kRtoMax); }

}  // namespace

std::vector<Duration> Timers::SynBackoff(int retries, int linear, Duration user_timeout) {
  const auto doubled = [](int doublings) -> Duration {
    return std::chrono::seconds(std::min(120L, 1L << std::clamp(doublings, 0, 7)));
  };
  // tcp_write_timeout (net/ipv4/tcp_timer.c) allows the linear ones on top of the retries, but
  // then asks retransmits_timed_out, whose model of the whole knows nothing of them.
  Duration limit = user_timeout;
  for (int sent = 0; user_timeout == Duration(0) && sent <= retries; ++sent) limit += doubled(sent);

  std::vector<Duration> intervals;
  Duration elapsed{0};
  for (int sent = 0; sent <= retries + linear && (sent < 2 || elapsed < limit); ++sent) {
    // tcp_retransmit_timer starts to double behind the linear ones.
    Duration interval = doubled(sent - linear);
    // Only a retransmission looks at TCP_USER_TIMEOUT (tcp_clamp_rto_to_user_timeout): the first
    // interval may outlast it, and then one more SYN goes out, and a timer of one jiffy.
    if (user_timeout != Duration(0) && sent > 0) {
      interval = std::clamp(user_timeout - elapsed, KernelWheel().Jiffy(), interval);
    }
    intervals.push_back(interval);
    elapsed += interval;
  }
  return intervals;
}

std::vector<Duration> Timers::RetransmissionBackoff(Duration rto, int retries,
                                                    Duration user_timeout) {
  Duration limit = kRtoMin;  // tcp_model_timeout
  Duration modelled = kRtoMin;
  for (int retry = 0; retry < retries; ++retry) limit += modelled = Doubled(modelled);

  if (user_timeout != Duration(0)) limit = user_timeout;

  std::vector<Duration> intervals{rto};
  for (Duration elapsed{0}; elapsed < limit; elapsed += intervals.back()) {
    intervals.push_back(Doubled(intervals.back()));
    if (user_timeout != Duration(0)) {  // tcp_clamp_rto_to_user_timeout
      intervals.back() = std::min(intervals.back(), limit - elapsed);
    }
  }
  return intervals;
}

std::vector<Duration> Timers::ProbeBackoff(Duration rto, int retries2, int probes) {
  std::vector<Duration> intervals;
  for (Duration interval = rto; std::ssize(intervals) < probes;) {
    intervals.push_back(interval);
    if (std::ssize(intervals) <= retries2) interval = Doubled(interval);
  }
  return intervals;
}

Timers TimersOf(Profile profile, const KernelVersion& kernel) {
  using std::chrono::seconds;
  if (profile == Profile::kDefault) {
    return {.keepalive = {seconds(7200), seconds(75), 9},
            .syn_retries = 6,
            .syn_linear_timeouts = kLinearSyns.AppliesTo(kernel) ? 4 : 0,
            .synack_retries = 5,
            .fin_timeout = seconds(60),
            .retries2 = 15,
            .orphan_retries = 0,
            .neighbour_interval = seconds(1),
            .zero_window_probes = 70,
            .fast_open_synack_retries = 5,
            .fast_open_blackhole = seconds(3600)};
  }
  return {.keepalive = {seconds(1), seconds(1), 3},
          .syn_retries = 2,
          .syn_linear_timeouts = 0,
          .synack_retries = 2,
          .fin_timeout = seconds(2),
          .retries2 = 2,
          .orphan_retries = 2,
          .neighbour_interval = std::chrono::milliseconds(100),
          .zero_window_probes = 4,
          .fast_open_synack_retries = 0,
          .fast_open_blackhole = seconds(1)};
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
      // kLinearSyns: the interval doubles from the first SYN on, on every kernel.
      {"-net.ipv4.tcp_syn_linear_timeouts", std::to_string(timers.syn_linear_timeouts)},
      // Connecting to a dead peer ends within 1 + 2 + 4 s.
      {"net.ipv4.tcp_syn_retries", std::to_string(timers.syn_retries)},
      // So does a half-made connection on the server.
      {"net.ipv4.tcp_synack_retries", std::to_string(timers.synack_retries)},
      // FIN-WAIT-2 of a closed socket ends within a story.
      {"net.ipv4.tcp_fin_timeout", std::to_string(timers.fin_timeout.count())},
      // Data that nobody acknowledges ends the connection within 4 s.
      {"net.ipv4.tcp_retries2", std::to_string(timers.retries2)},
      // So it does on a closed socket.
      {"net.ipv4.tcp_orphan_retries", std::to_string(timers.orphan_retries)},
  });
  return pinned;
}

std::vector<Duration> ScheduleOf(const Keepalive& keepalive) {
  std::vector<Duration> timers{keepalive.idle};
  timers.insert(timers.end(), static_cast<std::size_t>(keepalive.probes), keepalive.interval);
  return timers;
}

std::vector<Duration> WithoutLast(std::vector<Duration> schedule) {
  schedule.pop_back();
  return schedule;
}

}  // namespace halfopen

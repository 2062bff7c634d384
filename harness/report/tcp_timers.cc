// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/tcp_timers.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "harness/record/packet.h"
#include "harness/report/tcp_sockets.h"

namespace halfopen {
namespace {

constexpr std::int64_t kWorthShowing = 100'000'000;
// What leaves so soon after a segment came is its consequence and not a timer's.
constexpr std::int64_t kAtOnce = 1'000'000;

// What runs at one end of a connection, since when.
struct RunningTimers {
  std::string label;
  std::int64_t highest_sent = 0;
  std::int64_t highest_acknowledged = 0;
  std::optional<std::int64_t> retransmission;
  std::optional<std::int64_t> persist;  // since the peer's window is 0
  std::int64_t last_arrival = 0;
  std::int64_t idle_since = 0;
  std::optional<std::int64_t> last_probe;
  bool keepalive = false;  // it is known to be on
  bool syn_came = false;   // since the last SYN-ACK
  std::int64_t syn_ack_sent = 0;
};

class TimerTracker {
 public:
  TimerTracker(const TcpTrace& trace, const std::vector<Ladder::State>& states) : trace_(trace) {
    for (const Ladder::State& state : states) {
      states_of_[{state.local, state.remote}].push_back(&state);
    }
    for (const TcpTrace::Segment& segment : trace.segments) {
      if (!segment.Has(kRst) || !segment.arrived) continue;
      resets_.insert({{segment.destination, segment.source}, *segment.arrived});
    }
    for (const TcpTrace::Observation& seen : trace.observations) {
      if (seen.timer != TimerKind::kTimeWait) continue;
      seen_to_time_wait_[{seen.local, seen.remote}].push_back(seen.time);
    }
  }

  std::vector<Ladder::Timer> Track() {
    for (const TcpTrace::Step& step : trace_.steps) {
      now_ = step.time;
      if (step.kind == TcpTrace::Step::Kind::kSent) Sent(trace_.segments[step.index]);
      if (step.kind == TcpTrace::Step::Kind::kArrived) Arrived(trace_.segments[step.index]);
      if (step.kind == TcpTrace::Step::Kind::kCallBegins) sockets_.Called(trace_.calls[step.index]);
      if (step.kind == TcpTrace::Step::Kind::kCallEnds) Returned(trace_.calls[step.index]);
      if (step.kind == TcpTrace::Step::Kind::kObserved) Observed(trace_.observations[step.index]);
    }
    for (auto& [name, end] : ends_) StopWhenClosed(name, end);
    AddTimeWaits();
    std::ranges::stable_sort(timers_, {}, &Ladder::Timer::begin);
    return std::move(timers_);
  }

 private:
  void Ran(const TcpName& name, const std::string& label, const char* kind, std::int64_t begin,
           std::int64_t end, bool fired) {
    if (end < begin || (!fired && end - begin < kWorthShowing)) return;
    timers_.push_back({-1, label, name.local, name.remote, kind, begin, end, fired});
  }

  RunningTimers& End(const TcpName& name, const std::string& label) {
    RunningTimers& end = ends_[name];
    if (end.label.empty() && !label.empty()) {
      end.label = label;
      sockets_.Add(name, label);
    }
    return end;
  }

  void Sent(const TcpTrace::Segment& segment) {
    if (segment.forged) return;
    const TcpName name{segment.source, segment.destination};
    RunningTimers& end = End(name, segment.from);
    const bool carries = segment.end() > segment.sequence;
    if (segment.Has(kRst)) {
      // It answers what belongs to no connection, or it ends this one: with its probes in vain.
      if (segment.Has(kAck) && end.last_probe) Probes(name, end);
      if (segment.Has(kAck)) Stop(name, end, now_, false);
    } else if (segment.Has(kSyn) && segment.end() > end.highest_sent) {
      Stop(name, end, now_, false);
      Restart(end, segment);
    } else if (segment.Has(kSyn) && segment.Has(kAck) && !end.syn_came) {
      // The ACK of the one before may have been passed over.
      Ran(name, end.label, "on", end.syn_ack_sent, now_, true);
      Restart(end, segment);
    } else if (segment.Has(kSyn) && end.highest_acknowledged > 0) {
      Restart(end, segment);  // of the next connection between the same two ports
    } else if (carries && segment.end() <= end.highest_sent) {
      if (end.retransmission && now_ - end.last_arrival > kAtOnce) {
        Ran(name, end.label, "on", *end.retransmission, now_, true);
      }
      end.retransmission = now_;
    } else if (carries) {
      if (!end.retransmission) end.retransmission = now_;
      end.highest_sent = segment.end();
    } else if (segment.sequence < end.highest_sent && now_ - end.last_arrival > kAtOnce) {
      Probes(name, end);
    }
  }

  void Restart(RunningTimers& end, const TcpTrace::Segment& syn) {
    end.syn_came = false;
    end.syn_ack_sent = now_;
    end.highest_sent = syn.end();
    end.highest_acknowledged = 0;
    end.retransmission = now_;
    end.idle_since = now_;
    end.persist.reset();
    end.last_probe.reset();
  }

  // A segment that carries nothing, with a number that the peer already has.
  void Probes(const TcpName& name, RunningTimers& end) {
    const std::int64_t since = end.persist.value_or(end.idle_since);
    Ran(name, end.label, end.persist ? "persist" : "keepalive", end.last_probe.value_or(since),
        now_, true);
    end.last_probe = now_;
  }

  void Arrived(const TcpTrace::Segment& segment) {
    const TcpName name{segment.destination, segment.source};
    RunningTimers& end = End(name, segment.to);
    if (segment.Has(kRst)) return;  // whether it is the end is for the states to say
    if (segment.Has(kSyn)) end.syn_came = true;
    if (end.keepalive && !end.last_probe && !end.persist) {
      Ran(name, end.label, "keepalive", end.idle_since, now_, false);
    }
    end.last_arrival = end.idle_since = now_;
    if (!end.persist) end.last_probe.reset();
    if (!segment.Has(kAck) || segment.acknowledgment > end.highest_sent) return;
    if (segment.acknowledgment > end.highest_acknowledged) Acknowledged(name, end, segment);
    if (segment.window > 0 && end.persist) {
      Ran(name, end.label, "persist", end.last_probe.value_or(*end.persist), now_, false);
      end.persist.reset();
      end.last_probe.reset();
    } else if (segment.window == 0 && !segment.Has(kSyn)) {
      if (end.persist && !end.last_probe) {
        Ran(name, end.label, "persist", *end.persist, now_, false);
      }
      // The answer to a probe does not start the timer anew.
      end.persist = end.last_probe.value_or(now_);
    }
  }

  void Acknowledged(const TcpName& name, RunningTimers& end, const TcpTrace::Segment& segment) {
    end.highest_acknowledged = segment.acknowledgment;
    if (end.retransmission) Ran(name, end.label, "on", *end.retransmission, now_, false);
    end.retransmission.reset();
    if (end.highest_acknowledged < end.highest_sent) end.retransmission = now_;
  }

  void Returned(const TcpTrace::Call& call) {
    if (call.name != "setsockopt" || !call.error.empty()) return;
    if (call.arguments.find("SO_KEEPALIVE") == std::string::npos) return;
    for (const TcpName& name : sockets_.ConnectionsOf(call)) {
      const auto end = ends_.find(name);
      if (end == ends_.end()) continue;
      end->second.keepalive =
          !call.arguments.ends_with(" 0") && call.arguments.find("[0]") == std::string::npos;
      end->second.idle_since = now_;
    }
  }

  void Observed(const TcpTrace::Observation& seen) {
    const auto end = ends_.find({seen.local, seen.remote});
    if (end == ends_.end()) return;
    // In FIN-WAIT-2 the same timer counts tcp_fin_timeout.
    if (seen.timer == TimerKind::kKeepalive) end->second.keepalive = true;
    if (seen.timer == TimerKind::kPersist && !end->second.persist) end->second.persist = now_;
  }

  // Its timers run no more; `by_timer`: because one of them expired for the last time.
  void Stop(const TcpName& name, RunningTimers& end, std::int64_t when, bool by_timer) {
    if (end.retransmission) {
      Ran(name, end.label, "on", *end.retransmission, when, by_timer);
    } else if (end.persist) {
      Ran(name, end.label, "persist", end.last_probe.value_or(*end.persist), when, by_timer);
    } else if (end.last_probe) {
      Ran(name, end.label, "keepalive", *end.last_probe, when, by_timer);
    } else if (end.keepalive) {
      Ran(name, end.label, "keepalive", end.idle_since, when, false);
    }
    end.retransmission.reset();
    end.persist.reset();
    end.last_probe.reset();
    end.keepalive = false;
  }

  void StopWhenClosed(const TcpName& name, RunningTimers& end) {
    const std::int64_t since = std::max(
        {end.retransmission.value_or(end.idle_since), end.last_probe.value_or(end.idle_since)});
    for (const Ladder::State* const state : states_of_[name]) {
      if (state->begin < since || state->state != "CLOSE") continue;
      const bool at_once = state->begin - since < kWorthShowing;  // an ICMP error, a close()
      return Stop(name, end, state->begin, !at_once && !WasReset(name, state->begin));
    }
    Stop(name, end, trace_.end, false);
  }

  bool WasReset(const TcpName& name, std::int64_t when) const {
    return resets_.contains({name, when});
  }

  void AddTimeWaits() {
    for (const auto& [name, states] : states_of_) {
      for (std::size_t i = 0; i < states.size(); ++i) {
        const Ladder::State& state = *states[i];
        if (state.state != "TIME-WAIT" &&
            (state.state != "FIN-WAIT-2" || !WasSeenToTimeWait(name, state))) {
          continue;
        }
        // One that ends at once was left out, as beyond tcp_max_tw_buckets.
        const bool fired = state.end - state.begin > kWorthShowing && i + 1 < states.size() &&
                           states[i + 1]->state == "CLOSE" && !WasReset(name, state.end);
        Ran(name, state.label, "timewait", state.begin, state.end, fired);
      }
    }
  }

  bool WasSeenToTimeWait(const TcpName& name, const Ladder::State& state) const {
    const auto seen = seen_to_time_wait_.find(name);
    if (seen == seen_to_time_wait_.end()) return false;
    return std::ranges::any_of(
        seen->second, [&](std::int64_t time) { return time >= state.begin && time <= state.end; });
  }

  const TcpTrace& trace_;
  std::map<TcpName, std::vector<const Ladder::State*>> states_of_;
  std::set<std::pair<TcpName, std::int64_t>> resets_;  // when one came, to whom
  std::map<TcpName, std::vector<std::int64_t>> seen_to_time_wait_;
  std::int64_t now_ = 0;
  TcpSockets sockets_;
  std::map<TcpName, RunningTimers> ends_;
  std::vector<Ladder::Timer> timers_;
};

}  // namespace

std::vector<Ladder::Timer> DeriveTcpTimers(const TcpTrace& trace,
                                           const std::vector<Ladder::State>& states) {
  return TimerTracker(trace, states).Track();
}

}  // namespace halfopen

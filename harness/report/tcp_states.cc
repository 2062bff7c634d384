// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/tcp_states.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "harness/record/packet.h"
#include "harness/report/tcp_end.h"
#include "harness/report/tcp_sockets.h"

namespace halfopen {
namespace {

constexpr std::int64_t kTimeWaitLength = 60'000'000'000;  // TCP_TIMEWAIT_LEN, tcp_fin_timeout
constexpr std::int64_t kLongestRto = 120'000'000'000;     // TCP_RTO_MAX

// One socket with the span that it is in.
struct TrackedEnd {
  TcpEnd tcp;
  std::string label;
  std::optional<std::size_t> span;  // in the list of all
  std::int64_t deadline = 0;        // it is gone then, unless something comes in between
  bool closed = false;              // its process has closed it
  std::size_t next_sent = 0;        // how far its own sendings have been lived
  bool passive = false;             // opened by a SYN that came
  std::size_t syn_acks = 0;         // SYN-ACKs sent again
  std::int64_t last_sent = 0;       // what takes a sequence number, or a probe
  std::int64_t last_end = 0;        // FIN or RST
};

class StateTracker {
 public:
  explicit StateTracker(const TcpTrace& trace) : trace_(trace) {
    for (std::size_t i = 0; i < trace.segments.size(); ++i) {
      const TcpTrace::Segment& segment = trace.segments[i];
      if (!segment.forged) sent_by_[{segment.source, segment.destination}].push_back(i);
    }
    for (std::size_t i = 0; i < trace.observations.size(); ++i) {
      seen_of_[{trace.observations[i].local, trace.observations[i].remote}].push_back(i);
    }
  }

  TcpStates Track() {
    for (const TcpTrace::Step& step : trace_.steps) {
      MeetDeadlines(step.time);
      now_ = step.time;
      Live(step);
    }
    MeetDeadlines(trace_.end);
    for (Ladder::State& span : result_.spans) {
      if (span.end == kOpen) span.end = std::max(span.begin, trace_.end);
    }
    return std::move(result_);
  }

 private:
  using Kind = TcpTrace::Step::Kind;
  static constexpr std::int64_t kOpen = std::numeric_limits<std::int64_t>::min();

  void Live(const TcpTrace::Step& step) {
    switch (step.kind) {
      case Kind::kSent:
        return Sent(trace_.segments[step.index]);
      case Kind::kArrived:
        return Arrived(trace_.segments[step.index]);
      case Kind::kCallBegins:
        return Called(trace_.calls[step.index]);
      case Kind::kCallEnds:
        return Returned(trace_.calls[step.index]);
      case Kind::kObserved:
        return Observed(trace_.observations[step.index]);
      case Kind::kExited:
        for (const TcpName& name : sockets_.ListenersOf(trace_.exits[step.index].socket)) {
          CloseListener(name);
        }
    }
  }

  TrackedEnd& End(const TcpName& name, const std::string& label) {
    TrackedEnd& end = ends_[name];
    if (!label.empty() && end.label.empty()) {
      end.label = label;
      sockets_.Add(name, label);
    }
    return end;
  }

  // Notes the state that the end is in now.
  void Note(const TcpName& name, TrackedEnd& end) {
    const std::string state(ToString(end.tcp.state()));
    if (end.span && result_.spans[*end.span].state == state) return;
    if (!end.span && end.tcp.state() == TcpState::kClose) return;
    if (end.span) result_.spans[*end.span].end = now_;
    if (name.is_listener && end.tcp.state() == TcpState::kClose) {
      end.span.reset();  // nobody looks for what has no peer
      return;
    }
    end.span = result_.spans.size();
    result_.spans.push_back({-1, end.label, name.local, name.is_listener ? "" : name.remote, state,
                             now_, kOpen, false});
    const bool waits = end.tcp.state() == TcpState::kTimeWait ||
                       (end.tcp.state() == TcpState::kFinWait2 && end.closed);
    SetDeadline(name, end, waits ? now_ + kTimeWaitLength : 0);
  }

  void SetDeadline(const TcpName& name, TrackedEnd& end, std::int64_t deadline) {
    if (end.deadline != 0) deadlines_.erase({end.deadline, name});
    end.deadline = deadline;
    if (deadline != 0) deadlines_.insert({deadline, name});
  }

  void MeetDeadlines(std::int64_t until) {
    while (!deadlines_.empty() && deadlines_.begin()->first <= until) {
      const auto [deadline, name] = *deadlines_.begin();
      TrackedEnd& end = ends_[name];
      SetDeadline(name, end, 0);
      now_ = deadline;
      if (LivesOn(name, end)) continue;
      end.tcp.Abort();
      Note(name, end);
    }
  }

  // Whether it is seen or heard of again: then its timers are not as they are by default.
  bool LivesOn(const TcpName& name, const TrackedEnd& end) {
    if (end.tcp.state() != TcpState::kTimeWait) {
      const TcpTrace::Segment* const next = NextSent(name, end);
      if (next != nullptr && !next->Has(kSyn | kRst)) return true;
      // A SYN may be that of the next connection between the same two ports.
      const std::int64_t late = (now_ - end.last_sent) / 4;
      if (next != nullptr && !next->Has(kRst) && next->sent - now_ < late) return true;
    }
    for (const std::size_t i : seen_of_[name]) {
      const TcpTrace::Observation& seen = trace_.observations[i];
      if (seen.time >= now_) return seen.state == end.tcp.state();
    }
    return false;
  }

  const TcpTrace::Segment* NextSent(const TcpName& name, const TrackedEnd& end) {
    const std::vector<std::size_t>& sent = sent_by_[name];
    return end.next_sent < sent.size() ? &trace_.segments[sent[end.next_sent]] : nullptr;
  }

  void Sent(const TcpTrace::Segment& segment) {
    if (segment.forged) return;
    const TcpName name{segment.source, segment.destination};
    TrackedEnd& end = End(name, segment.from);
    ++end.next_sent;
    const TcpState before = end.tcp.state();
    if (segment.Has(kSyn)) {
      const bool begins = before == TcpState::kClose || before == TcpState::kTimeWait;
      if (begins) end.closed = false;
      if (begins) end.passive = segment.Has(kAck);
      end.syn_acks = begins ? 0 : end.syn_acks + 1;
      if (begins && !segment.Has(kAck)) sockets_.Opens(name);
    }
    const bool repeats = end.tcp.Repeats(segment);
    end.tcp.Send(segment);
    if (segment.Has(kFin | kRst)) end.last_end = now_;
    Note(name, end);
    // The next repetition comes after twice as long at the most; if it does not, TCP has given up
    // without a word. A probe of a living socket may be one that keeps it alive.
    const bool gives_up = repeats && (segment.end() > segment.sequence || end.closed);
    if (gives_up) {
      const std::int64_t gap = std::min(2 * (now_ - end.last_sent), kLongestRto + kLongestRto / 8);
      SetDeadline(name, end, now_ + std::max<std::int64_t>(gap, 1'000'000'000));
    }
    if (repeats || segment.end() > segment.sequence) end.last_sent = now_;
  }

  // Whether the ACK that has come ends SYN-RECV. Linux passes over one while the accept queue is
  // full, and over one without data while accept() is deferred: then it sends the SYN-ACK again,
  // or data that came with it or behind it has to come again.
  bool Completes(const TcpName& name, const TrackedEnd& end, const TcpTrace::Segment& segment) {
    if (sockets_.Defers(name.local) && segment.length == 0 && !segment.Has(kFin) &&
        end.syn_acks == 0) {
      return false;
    }
    if (full_.contains(name.local)) return false;
    const TcpTrace::Segment* const next = NextSent(name, end);
    if (next != nullptr && next->Has(kSyn) && next->Has(kAck)) return false;
    return !IsRepeatedBefore(next, segment);
  }

  // Whether the sender of `segment` sends data twice, beginning with it, before the other end says
  // anything: `next`, null if it never does.
  bool IsRepeatedBefore(const TcpTrace::Segment* next, const TcpTrace::Segment& segment) {
    constexpr std::size_t kFarEnough = 32;
    const TcpName peer{segment.source, segment.destination};
    const std::vector<std::size_t>& sent = sent_by_[peer];
    std::int64_t arrived = segment.length > 0 ? segment.end() : -1;
    const std::size_t begin = ends_[peer].next_sent;
    for (std::size_t i = begin; i < std::min(sent.size(), begin + kFarEnough); ++i) {
      const TcpTrace::Segment& later = trace_.segments[sent[i]];
      if (next != nullptr && later.sent > next->sent) return false;
      if (later.length > 0 && later.end() <= arrived) return true;
      if (later.length > 0 && later.arrived) arrived = std::max(arrived, later.end());
    }
    return false;
  }

  void Arrived(const TcpTrace::Segment& segment) {
    const TcpName name{segment.destination, segment.source};
    TrackedEnd& end = End(name, segment.to);
    const TcpState before = end.tcp.state();
    const bool may_pass_over = before == TcpState::kSynRecv && end.passive;
    end.tcp.Receive(segment, !may_pass_over || Completes(name, end, segment));
    Note(name, end);
    if (before == TcpState::kTimeWait && end.deadline != 0 && segment.Has(kFin)) {
      SetDeadline(name, end, now_ + kTimeWaitLength);
    } else if (before == end.tcp.state() && before != TcpState::kTimeWait &&
               before != TcpState::kSynRecv && before != TcpState::kFinWait2) {
      SetDeadline(name, end, 0);  // the peer lives, so what is repeated is repeated for longer
    }
  }

  void Called(const TcpTrace::Call& call) {
    sockets_.Called(call);
    if (call.name != "connect") return;
    const TcpName name = sockets_.NameOfConnect(call);
    if (name.local.empty()) return;
    TrackedEnd& end = End(name, call.socket);
    if (end.tcp.state() != TcpState::kClose) return;
    end.tcp.Correct(TcpState::kSynSent);
    Note(name, end);
  }

  void Returned(const TcpTrace::Call& call) {
    const bool well = call.error.empty();
    if (call.name == "listen" && well) {
      const TcpName name = sockets_.Listens(call);
      if (name.local.empty()) return;
      TrackedEnd& end = ends_[name];
      end.label = call.socket;
      end.tcp.Correct(TcpState::kListen);
      Note(name, end);
    } else if (well && call.name.starts_with("accept")) {
      full_.erase(sockets_.LocalOf(call));
    } else if (well && (call.name == "close" || call.name == "shutdown")) {
      Closed(call);
    } else if (sockets_.IsFatal(call)) {
      for (const TcpName& name : sockets_.ConnectionsOf(call)) {
        TrackedEnd& end = ends_[name];
        if (end.tcp.state() == TcpState::kTimeWait) continue;
        end.tcp.Abort();
        Note(name, end);
      }
    }
  }

  // A label may be that of a listener and of what it has accepted: the one that sent FIN or RST
  // within the call is the one that was closed, else the listener.
  void Closed(const TcpTrace::Call& call) {
    const bool for_good = call.name == "close";
    const bool sends_on = !for_good && call.arguments.ends_with("SHUT_RD");
    std::vector<TcpName> waiting;
    for (const TcpName& name : sockets_.ConnectionsOf(call)) {
      TrackedEnd& end = ends_[name];
      if (end.last_end >= call.begin && end.last_end != 0) {
        end.closed = end.closed || for_good;
        return;
      }
      // What has nothing in flight would have sent its FIN at once: another process holds it.
      if (!end.closed && end.tcp.state() != TcpState::kClose && end.tcp.has_unacknowledged()) {
        waiting.push_back(name);
      }
    }
    if (const TcpName listener = sockets_.Closes(call); !listener.local.empty()) {
      CloseListener(listener);
    } else if (waiting.size() == 1 && !sends_on) {
      TrackedEnd& end = ends_[waiting.front()];
      end.closed = end.closed || for_good;
      end.tcp.StopSending();
      Note(waiting.front(), end);
    }
  }

  // The requests that it has not answered yet stay until their timers find no listener.
  void CloseListener(const TcpName& name) {
    TrackedEnd& listener = ends_[name];
    if (listener.tcp.state() != TcpState::kListen) return;
    listener.tcp.Abort();
    Note(name, listener);
    sockets_.StopsListening(name);
  }

  void Observed(const TcpTrace::Observation& seen) {
    const TcpName name = sockets_.NameOf(seen);
    TrackedEnd& end = name.is_listener ? ends_[name] : End(name, seen.label);
    if (end.label.empty()) end.label = seen.label;
    ++result_.observations;
    if (end.tcp.state() != seen.state) {
      result_.corrections.push_back({now_, seen.local, seen.remote, end.tcp.state(), seen.state});
      end.tcp.Correct(seen.state);
      Note(name, end);
    }
    if (end.span) result_.spans[*end.span].observed = true;
    if (seen.state == TcpState::kListen && seen.full) full_.insert(name.local);
    if (seen.state == TcpState::kListen && !seen.full) full_.erase(name.local);
    if (seen.timer == TimerKind::kTimeWait) SetDeadline(name, end, now_ + seen.timer_expires);
  }

  const TcpTrace& trace_;
  std::int64_t now_ = 0;
  TcpSockets sockets_;
  std::map<TcpName, TrackedEnd> ends_;
  std::map<TcpName, std::vector<std::size_t>> sent_by_;
  std::map<TcpName, std::vector<std::size_t>> seen_of_;
  std::set<std::pair<std::int64_t, TcpName>> deadlines_;
  std::set<std::string> full_;  // endpoints whose accept queue was seen full
  TcpStates result_;
};

}  // namespace

TcpStates DeriveTcpStates(const TcpTrace& trace) { return StateTracker(trace).Track(); }

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/tcp_trace.h"

#include <algorithm>
#include <map>

#include "harness/record/packet.h"
#include "harness/report/ladder_fields.h"

namespace halfopen {
namespace {

template <typename Enum, int kCount>
Enum EnumNamed(const std::string& name, Enum otherwise) {
  for (int i = 0; i < kCount; ++i) {
    if (name == ToString(static_cast<Enum>(i))) return static_cast<Enum>(i);
  }
  return otherwise;
}

bool Keeps(const std::string& fault) {
  return !fault.ends_with(" drop") && fault.find(" reject") == std::string::npos;
}

// An IPv6 socket has IPv4 addresses so: "[::ffff:10.0.0.1]:80" -> "10.0.0.1:80".
std::string Unmapped(const std::string& endpoint) {
  constexpr std::string_view kPrefix = "[::ffff:";
  const std::size_t end = endpoint.find("]:");
  if (!endpoint.starts_with(kPrefix) || end == std::string::npos) return endpoint;
  return endpoint.substr(kPrefix.size(), end - kPrefix.size()) + endpoint.substr(end + 1);
}

class TraceReader {
 public:
  explicit TraceReader(const LadderLifelines& lifelines) : lifelines_(lifelines) {}

  void Add(const nlohmann::json& event) {
    const std::string kind = TextAt(event, "kind");
    trace_.end = std::max(trace_.end, TimeAt(event, "t"));
    if (kind == "packet" && NumberAt(event, "protocol") == 6) AddSegment(event);
    if (kind == "call_begin" || kind == "call") AddCall(event, kind == "call");
    if (kind == "state") AddObservation(event);
    if (kind == "program" && TextAt(event, "event") == "ended") {
      AddStep(TimeAt(event, "t"), TcpTrace::Step::Kind::kExited, trace_.exits.size());
      trace_.exits.push_back(
          {TimeAt(event, "t"), TextAt(event, "host") + " " + TextAt(event, "program")});
    }
  }

  TcpTrace Take() {
    // Only its end says when exactly a call began.
    for (TcpTrace::Step& step : trace_.steps) {
      if (step.kind == Kind::kCallBegins) step.time = trace_.calls[step.index].begin;
    }
    std::ranges::stable_sort(trace_.steps, {}, &TcpTrace::Step::time);
    return std::move(trace_);
  }

 private:
  using Kind = TcpTrace::Step::Kind;

  void AddStep(std::int64_t time, Kind kind, std::size_t index) {
    trace_.steps.push_back({time, kind, index});
  }

  void AddSegment(const nlohmann::json& event) {
    constexpr std::int64_t kMost = std::int64_t{1} << 33;  // two sequence spaces
    TcpTrace::Segment segment;
    segment.sent = TimeAt(event, "t");
    segment.source = TextAt(event, "source");
    segment.destination = TextAt(event, "destination");
    segment.from = TextAt(event, "from");
    segment.to = TextAt(event, "to");
    segment.flags = static_cast<unsigned>(NumberAt(event, "flags")) & 0xffU;
    segment.sequence = std::clamp<std::int64_t>(NumberAt(event, "sequence"), 0, kMost);
    segment.length = std::clamp<std::int64_t>(NumberAt(event, "length"), 0, 65535);
    segment.acknowledgment = std::clamp<std::int64_t>(NumberAt(event, "acknowledgment"), 0, kMost);
    segment.window = std::clamp<std::int64_t>(NumberAt(event, "window"), 0, kMost);
    const std::string fault = TextAt(event, "fault");
    // A rule that rejects answers in the name of whom the packet was for.
    const bool answers_a_reject = segment.Has(kRst) && rejected_.source == segment.destination &&
                                  rejected_.destination == segment.source;
    const int sender = lifelines_.OfHost(segment.from);
    segment.forged = answers_a_reject ||
                     (sender >= 0 && sender != lifelines_.OfEndpoint(segment.source, segment.from));
    if (fault.ends_with(" reject with tcp reset")) {
      rejected_ = segment;
    } else if (answers_a_reject) {
      rejected_ = {};
    }
    if (fault.empty() || Keeps(fault)) {
      if (NumberIn(event, "arrived")) segment.arrived = TimeAt(event, "arrived");
    }
    AddStep(segment.sent, Kind::kSent, trace_.segments.size());
    if (segment.arrived) AddStep(*segment.arrived, Kind::kArrived, trace_.segments.size());
    trace_.segments.push_back(std::move(segment));
  }

  void AddCall(const nlohmann::json& event, bool ended) {
    const auto [known, is_new] =
        call_by_id_.try_emplace(NumberAt(event, "id"), trace_.calls.size());
    if (is_new) {
      trace_.calls.emplace_back();
      AddStep(TimeAt(event, "begin", TimeAt(event, "t")), Kind::kCallBegins, known->second);
    }
    TcpTrace::Call& call = trace_.calls[known->second];
    call.begin = TimeAt(event, "begin", TimeAt(event, "t"));
    call.host = TextAt(event, "host");
    call.socket = TextAt(event, "socket");
    call.name = TextAt(event, "call");
    call.arguments = TextAt(event, "arguments");
    call.of_program = event.contains("thread");
    if (!ended || call.end) return;
    call.end = TimeAt(event, "end", TimeAt(event, "t"));
    call.error = TextAt(event, "errno");
    AddStep(*call.end, Kind::kCallEnds, known->second);
  }

  void AddObservation(const nlohmann::json& event) {
    TcpTrace::Observation observation;
    observation.time = TimeAt(event, "t");
    observation.label = TextAt(event, "socket");
    observation.local = Unmapped(TextAt(event, "local"));
    observation.remote = Unmapped(TextAt(event, "remote"));
    observation.state = EnumNamed<TcpState, 12>(TextAt(event, "state"), TcpState{});
    if (observation.state == TcpState{}) return;
    observation.timer = EnumNamed<TimerKind, 5>(TextAt(event, "timer"), TimerKind::kOff);
    // Linux takes one more than the backlog says.
    observation.full = observation.state == TcpState::kListen &&
                       NumberAt(event, "receive_queue") > NumberAt(event, "send_queue");
    constexpr std::int64_t kDay = 86'400'000;
    observation.timer_expires =
        1'000'000 * std::clamp<std::int64_t>(NumberAt(event, "timer_expires_ms"), 0, 365 * kDay);
    AddStep(observation.time, Kind::kObserved, trace_.observations.size());
    trace_.observations.push_back(std::move(observation));
  }

  const LadderLifelines& lifelines_;
  TcpTrace trace_;
  std::map<std::int64_t, std::size_t> call_by_id_;
  TcpTrace::Segment rejected_;
};

}  // namespace

std::int64_t TcpTrace::Segment::end() const {
  return sequence + length + (Has(kSyn) ? 1 : 0) + (Has(kFin) ? 1 : 0);
}

TcpTrace ReadTcpTrace(const Timeline& timeline, const LadderLifelines& lifelines) {
  TraceReader reader(lifelines);
  for (const nlohmann::json& event : timeline.events) reader.Add(event);
  return reader.Take();
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/ladder.h"

#include <algorithm>
#include <map>
#include <set>

#include "harness/report/ladder_fields.h"
#include "harness/report/ladder_lifelines.h"
#include "harness/report/ladder_notation.h"
#include "harness/report/tcp_states.h"
#include "harness/report/tcp_timers.h"
#include "harness/report/tcp_trace.h"

namespace halfopen {
namespace {

using Json = nlohmann::json;

class Builder {
 public:
  explicit Builder(const Timeline& timeline) : timeline_(timeline), lifelines_(timeline) {}

  Ladder Build() {
    ladder_.problem = timeline_.problem;
    ladder_.lifelines = lifelines_.all();
    for (const Json& event : timeline_.events) Add(event);
    std::ranges::stable_sort(ladder_.calls, {}, &Ladder::Call::begin);
    FindFaultsOfPackets();
    AddTcp();
    if (!timeline_.events.empty()) {
      ladder_.begin = TimeAt(timeline_.events.front(), "t");
      ladder_.end = std::max(ladder_.begin, TimeAt(timeline_.events.back(), "t"));
    }
    return std::move(ladder_);
  }

 private:
  void Add(const Json& event) {
    const std::string kind = TextAt(event, "kind");
    const std::int64_t time = TimeAt(event, "t");
    if (kind == "packet") AddPacket(event, time);
    if (kind == "call_begin" || kind == "call") AddCall(event, kind == "call");
    if (kind == "state") AddSample(event, time);
    if (kind == "fault") AddFault(event, time);
    if (kind == "program") AddOutput(event, time);
    if (kind == "counters") AddCounters(event, time);
    if (kind == "wire_diff") AddDifference(event, time);
    if (kind == "cause") {
      AddNote(time, kind, TextAt(event, "text"), !FieldOr(event, "withheld", false));
    }
    if (kind == "deviation") AddNote(time, kind, TextAt(event, "text"), true);
    if (kind == "timing") {
      AddNote(time, kind, TextAt(event, "text"), FieldOr(event, "held", true));
    }
  }

  void AddNote(std::int64_t time, const std::string& kind, std::string text, bool held) {
    ladder_.notes.push_back({time, kind, std::move(text), held});
  }

  void AddPacket(const Json& event, std::int64_t time) {
    Ladder::Packet packet;
    packet.time = time;
    if (NumberIn(event, "arrived")) packet.arrived = TimeAt(event, "arrived");
    packet.source = TextAt(event, "source");
    packet.destination = TextAt(event, "destination");
    packet.from = lifelines_.OfHost(TextAt(event, "from"));
    if (packet.from < 0) packet.from = lifelines_.OfEndpoint(packet.source, TextAt(event, "from"));
    packet.to = lifelines_.OfEndpoint(packet.destination, TextAt(event, "to"));
    // Connected to itself: it leaves on one side and comes in on the other.
    if (lifelines_.is_loopback() && packet.to == packet.from) packet.to = 1 - packet.from;
    by_label_[TextAt(event, "from")] = packet.from;
    by_label_[TextAt(event, "to")] = packet.to;
    packet.text = TextAt(event, "text");
    packet.options = TextAt(event, "options");
    packet.window = NumberAt(event, "window");
    packet.fault = TextAt(event, "fault");
    packet.fault_at = lifelines_.OfHost(TextAt(event, "fault_host"));
    ladder_.packets.push_back(std::move(packet));
  }

  void AddCall(const Json& event, bool ended) {
    const auto [known, is_new] =
        call_by_id_.try_emplace(NumberAt(event, "id"), ladder_.calls.size());
    if (is_new) ladder_.calls.emplace_back();
    Ladder::Call& call = ladder_.calls[known->second];
    call.id = known->first;
    call.socket = TextAt(event, "socket");
    call.lifeline = lifelines_.OfSocket(TextAt(event, "host"), call.socket);
    call.name = TextAt(event, "call");
    call.text = TextAt(event, "text");
    call.begin = TimeAt(event, "begin", TimeAt(event, "t"));
    call.of_program = event.contains("thread");
    by_label_[call.socket] = call.lifeline;
    if (call.lifeline >= 0) has_sockets_.insert(call.lifeline);
    if (!ended) return;
    call.end = std::max(call.begin, TimeAt(event, "end", call.begin));
    call.error = TextAt(event, "errno");
  }

  void AddSample(const Json& event, std::int64_t time) {
    const std::string label = TextAt(event, "socket");
    const int lifeline = lifelines_.OfEndpoint(TextAt(event, "local"), label);
    if (lifeline >= 0) has_sockets_.insert(lifeline);
    ladder_.samples.push_back({time, lifeline, label, TextAt(event, "text")});
  }

  void AddFault(const Json& event, std::int64_t time) {
    const std::string name = TextAt(event, "name");
    if (FieldOr(event, "armed", false)) {
      fault_by_name_[name] = ladder_.faults.size();
      const std::string host = TextAt(event, "host");
      ladder_.faults.push_back({lifelines_.OfHost(host),
                                host,
                                TextAt(event, "rule"),
                                time,
                                {},
                                NumberAt(event, "hits")});
    } else if (const auto it = fault_by_name_.find(name); it != fault_by_name_.end()) {
      Ladder::Fault& fault = ladder_.faults[it->second];
      fault.end = std::max(fault.begin, time);
      fault.hits = NumberAt(event, "hits");
    }
  }

  void AddCounters(const Json& event, std::int64_t time) {
    Ladder::Counters counters{time, lifelines_.OfHost(TextAt(event, "host")), {}};
    const Json grown = FieldOr(event, "grown", Json::object());
    for (const auto& [name, by] : grown.items()) {
      if (by.is_number_integer()) counters.grown.emplace_back(name, by);
    }
    ladder_.counters.push_back(std::move(counters));
  }

  // A line of a difference names its ends as the packets and calls before it do.
  int LabelledEnd(const std::string& label) const {
    const auto it = by_label_.find(label);
    return it == by_label_.end() ? lifelines_.OfHost(label) : it->second;
  }

  void AddDifference(const Json& event, std::int64_t time) {
    Ladder::Difference difference{time, TextAt(event, "report"), {}};
    for (const Json& line : FieldOr(event, "lines", Json::array())) {
      if (!line.is_object()) continue;
      const std::string mark = TextAt(line, "mark");
      difference.lines.push_back({mark.empty() ? ' ' : mark.front(), TimeAt(line, "at", time),
                                  LabelledEnd(TextAt(line, "from")),
                                  LabelledEnd(TextAt(line, "to")), TextAt(line, "text"),
                                  TextAt(line, "note")});
    }
    ladder_.differences.push_back(std::move(difference));
  }

  void AddOutput(const Json& event, std::int64_t time) {
    const std::string host = TextAt(event, "host");
    const std::string program = TextAt(event, "program");
    const std::string kind = TextAt(event, "event");
    const int lifeline = lifelines_.OfSocket(host, host + " " + program);
    if (lifeline >= 0) has_sockets_.insert(lifeline);
    Ladder::Output output{time, lifeline, program, kind, TextAt(event, "output")};
    // A program that does not buffer writes a line letter by letter.
    constexpr std::int64_t kAtOnce = 100'000'000;
    const auto last = last_output_.find({lifeline, program});
    if (last != last_output_.end()) {
      Ladder::Output& before = ladder_.outputs[last->second.first];
      if (kind.starts_with("std") && before.event == kind && !before.text.ends_with('\n') &&
          time - last->second.second < kAtOnce) {
        before.text += output.text;
        last->second.second = time;
        return;
      }
    }
    last_output_[{lifeline, program}] = {ladder_.outputs.size(), time};
    ladder_.outputs.push_back(std::move(output));
  }

  // A timeline that does not say on which host a packet hit its rule says where the rule was.
  void FindFaultsOfPackets() {
    std::map<std::string, std::size_t> by_rule;
    for (std::size_t i = 0; i < ladder_.faults.size(); ++i) {
      by_rule.emplace(WithoutCounter(ladder_.faults[i].rule), i);
    }
    for (Ladder::Packet& packet : ladder_.packets) {
      if (packet.fault.empty()) continue;
      const auto found = by_rule.find(WithoutCounter(packet.fault));
      // On a host with two lifelines a packet hits its rule where it comes in.
      if (lifelines_.is_loopback()) {
        packet.fault_at = packet.to;
        if (found != by_rule.end()) ladder_.faults[found->second].lifeline = packet.to;
      } else if (packet.fault_at < 0 && found != by_rule.end()) {
        packet.fault_at = ladder_.faults[found->second].lifeline;
      }
    }
  }

  void AddTcp() {
    const TcpTrace trace = ReadTcpTrace(timeline_, lifelines_);
    ladder_.states = DeriveTcpStates(trace).spans;
    ladder_.timers = DeriveTcpTimers(trace, ladder_.states);
    // A peer whose segments are crafted has no socket, and so neither states nor timers.
    const auto has_none = [&](auto& span) {
      span.lifeline = lifelines_.OfEndpoint(span.local, span.label);
      return !has_sockets_.contains(span.lifeline);
    };
    std::erase_if(ladder_.states, has_none);
    std::erase_if(ladder_.timers, has_none);
  }

  const Timeline& timeline_;
  const LadderLifelines lifelines_;
  Ladder ladder_;
  std::map<std::string, std::size_t> fault_by_name_;
  std::map<std::int64_t, std::size_t> call_by_id_;
  std::set<int> has_sockets_;
  // Which output of a program was its last, and when its last piece came.
  std::map<std::pair<int, std::string>, std::pair<std::size_t, std::int64_t>> last_output_;
  std::map<std::string, int> by_label_;  // of packets and calls so far
};

}  // namespace

Ladder MakeLadder(const Timeline& timeline) { return Builder(timeline).Build(); }

}  // namespace halfopen

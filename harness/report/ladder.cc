// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/ladder.h"

#include <algorithm>
#include <map>
#include <set>

#include "harness/report/result_json.h"

namespace halfopen {
namespace {

using Json = nlohmann::json;

std::string TextAt(const Json& event, const char* name) {
  return FieldOr<std::string>(event, name, "");
}

std::int64_t NumberAt(const Json& event, const char* name, std::int64_t missing = 0) {
  return FieldOr(event, name, missing);
}

std::optional<std::int64_t> TimeAt(const Json& event, const char* name) {
  const auto it = event.find(name);
  if (it == event.end() || !it->is_number_integer()) return std::nullopt;
  return it->get<std::int64_t>();
}

// "10.0.0.1:80" -> "10.0.0.1", "[fd00::1]:80" -> "fd00::1"; as it is without a port.
std::string AddressOf(const std::string& endpoint) {
  if (endpoint.starts_with('[')) return endpoint.substr(1, endpoint.find(']') - 1);
  return endpoint.substr(0, endpoint.rfind(':'));
}

class Builder {
 public:
  explicit Builder(const Timeline& timeline) : timeline_(timeline) {}

  Ladder Build() {
    ladder_.problem = timeline_.problem;
    FindLifelines();
    for (const Json& event : timeline_.events) Add(event);
    std::ranges::stable_sort(ladder_.calls, {}, &Ladder::Call::begin);
    if (!timeline_.events.empty()) {
      ladder_.begin = NumberAt(timeline_.events.front(), "t");
      ladder_.end = NumberAt(timeline_.events.back(), "t");
    }
    return std::move(ladder_);
  }

 private:
  void FindLifelines() {
    std::set<std::string> hosts;
    for (const Json& tap : timeline_.taps) {
      if (!tap.is_object()) continue;
      const std::string host = TextAt(tap, "host");
      Ladder::Lifeline& lifeline = ladder_.lifelines[Lifeline(host)];
      for (const Json& address : FieldOr(tap, "addresses", Json::array())) {
        if (!address.is_string()) continue;
        lifeline.addresses.push_back(address);
        by_address_[address] = by_name_[host];
      }
      hosts.insert(host);
    }
  }

  std::size_t Lifeline(const std::string& name) {
    const auto [it, is_new] =
        by_name_.try_emplace(name, static_cast<int>(ladder_.lifelines.size()));
    if (is_new) ladder_.lifelines.push_back({name, {}});
    return static_cast<std::size_t>(it->second);
  }

  int HostAt(const std::string& name) const {
    const auto it = by_name_.find(name);
    return it == by_name_.end() ? -1 : it->second;
  }

  // By the name of a host, else by an address of one.
  int EndAt(const std::string& label, const std::string& endpoint) const {
    if (const int host = HostAt(label); host >= 0) return host;
    const auto it = by_address_.find(AddressOf(endpoint));
    return it == by_address_.end() ? -1 : it->second;
  }

  void Add(const Json& event) {
    const std::string kind = TextAt(event, "kind");
    const std::int64_t time = NumberAt(event, "t");
    if (kind == "packet") AddPacket(event, time);
    if (kind == "call_begin" || kind == "call") AddCall(event, kind == "call");
    if (kind == "fault") AddFault(event, time);
    if (kind == "program") {
      ladder_.outputs.push_back({time, HostAt(TextAt(event, "host")), TextAt(event, "program"),
                                 TextAt(event, "event"), TextAt(event, "output")});
    }
    if (kind == "counters") AddCounters(event, time);
    if (kind == "wire_diff") AddDifference(event, time);
    if (kind == "cause") {
      ladder_.notes.push_back(
          {time, kind, TextAt(event, "text"), !FieldOr(event, "withheld", false)});
    }
  }

  void AddPacket(const Json& event, std::int64_t time) {
    Ladder::Packet packet;
    packet.time = time;
    packet.arrived = TimeAt(event, "arrived");
    packet.source = TextAt(event, "source");
    packet.destination = TextAt(event, "destination");
    packet.from = EndAt(TextAt(event, "from"), packet.source);
    packet.to = EndAt(TextAt(event, "to"), packet.destination);
    by_label_[TextAt(event, "from")] = packet.from;
    by_label_[TextAt(event, "to")] = packet.to;
    packet.text = TextAt(event, "text");
    packet.options = TextAt(event, "options");
    packet.window = NumberAt(event, "window");
    packet.fault = TextAt(event, "fault");
    packet.fault_at = HostAt(TextAt(event, "fault_host"));
    ladder_.packets.push_back(std::move(packet));
  }

  void AddCall(const Json& event, bool ended) {
    const std::int64_t id = NumberAt(event, "id");
    auto call = std::ranges::find(ladder_.calls, id, &Ladder::Call::id);
    if (call == ladder_.calls.end()) call = ladder_.calls.insert(call, Ladder::Call{});
    call->id = id;
    call->lifeline = HostAt(TextAt(event, "host"));
    call->socket = TextAt(event, "socket");
    by_label_[call->socket] = call->lifeline;
    call->name = TextAt(event, "call");
    call->text = TextAt(event, "text");
    call->begin = NumberAt(event, "begin", NumberAt(event, "t"));
    call->of_program = event.contains("thread");
    if (!ended) return;
    call->end = TimeAt(event, "end");
    call->error = TextAt(event, "errno");
  }

  void AddFault(const Json& event, std::int64_t time) {
    const std::string name = TextAt(event, "name");
    if (FieldOr(event, "armed", false)) {
      fault_by_name_[name] = ladder_.faults.size();
      ladder_.faults.push_back({HostAt(TextAt(event, "host")),
                                TextAt(event, "host"),
                                TextAt(event, "rule"),
                                time,
                                {},
                                NumberAt(event, "hits")});
    } else if (const auto it = fault_by_name_.find(name); it != fault_by_name_.end()) {
      Ladder::Fault& fault = ladder_.faults[it->second];
      fault.end = time;
      fault.hits = NumberAt(event, "hits");
    }
  }

  void AddCounters(const Json& event, std::int64_t time) {
    Ladder::Counters counters{time, HostAt(TextAt(event, "host")), {}};
    const Json grown = FieldOr(event, "grown", Json::object());
    for (const auto& [name, by] : grown.items()) {
      if (by.is_number_integer()) counters.grown.emplace_back(name, by);
    }
    ladder_.counters.push_back(std::move(counters));
  }

  // A line of a difference names its ends as the packets and calls before it do.
  int LabelledEnd(const std::string& label) const {
    const auto it = by_label_.find(label);
    return it == by_label_.end() ? HostAt(label) : it->second;
  }

  void AddDifference(const Json& event, std::int64_t time) {
    Ladder::Difference difference{time, TextAt(event, "report"), {}};
    for (const Json& line : FieldOr(event, "lines", Json::array())) {
      if (!line.is_object()) continue;
      const std::string mark = TextAt(line, "mark");
      difference.lines.push_back({mark.empty() ? ' ' : mark.front(), NumberAt(line, "at", time),
                                  LabelledEnd(TextAt(line, "from")),
                                  LabelledEnd(TextAt(line, "to")), TextAt(line, "text"),
                                  TextAt(line, "note")});
    }
    ladder_.differences.push_back(std::move(difference));
  }

  const Timeline& timeline_;
  Ladder ladder_;
  std::map<std::string, int> by_name_;
  std::map<std::string, int> by_address_;
  std::map<std::string, int> by_label_;  // of packets and calls so far
  std::map<std::string, std::size_t> fault_by_name_;
};

}  // namespace

Ladder MakeLadder(const Timeline& timeline) { return Builder(timeline).Build(); }

}  // namespace halfopen

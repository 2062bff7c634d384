// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/timeline/event_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "harness/expect/notation_print.h"
#include "netns/error.h"

namespace halfopen {
namespace {

using nlohmann::json;

std::string HexText(const std::vector<std::uint8_t>& bytes) {
  std::string text;
  text.reserve(2 * bytes.size());
  for (const std::uint8_t byte : bytes) fmt::format_to(std::back_inserter(text), "{:02x}", byte);
  return text;
}

std::vector<std::uint8_t> BytesOfHex(const std::string& text) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(text.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

// A number of a journal's line. Throws std::invalid_argument if it is none, or not a whole one.
template <typename T>
T Integer(const json& line, const char* field) {
  const json& value = line.at(field);
  if (!value.is_number_integer()) throw std::invalid_argument(field);
  return value.get<T>();
}

// A host's name, which becomes part of a file's. Throws std::invalid_argument for what is none.
std::string HostIn(const json& line) {
  std::string host = line.at("host");
  if (host.find_first_of(std::string_view("/\0", 2)) != std::string::npos) {
    throw std::invalid_argument("host");
  }
  return host;
}

json CallFields(const Call& call, const char* kind, const std::string& text) {
  json body = {{"kind", kind},
               {"text", Utf8(text)},
               {"id", call.id},
               {"host", call.host},
               {"socket", call.socket},
               {"call", call.name},
               {"arguments", Utf8(call.arguments)}};
  if (call.thread != 0) body["thread"] = call.thread;
  return body;
}

}  // namespace

std::int64_t Since(TimePoint start, TimePoint time) {
  return std::chrono::duration_cast<Duration>(time - start).count();
}

std::string Utf8(const std::string& bytes) {
  if (std::ranges::all_of(bytes, [](char byte) { return byte >= 0; })) return bytes;
  // nlohmann's own replacement of ill-formed UTF-8, applied once where text comes in.
  const std::string dumped = json(bytes).dump(-1, ' ', false, json::error_handler_t::replace);
  return json::parse(dumped).get<std::string>();
}

std::string EventLine(json& body, TimePoint start, TimePoint time) {
  body["t"] = Since(start, time);
  return body.dump();
}

std::string EventLine(json&& body, TimePoint start, TimePoint time) {
  return EventLine(body, start, time);
}

json CallBeginJson(const Call& call) { return CallFields(call, "call_begin", BeginText(call)); }

json CallEndJson(const Call& call, TimePoint start) {
  json body = CallFields(call, "call", call.ToString());
  body["begin"] = Since(start, call.begin);
  body["end"] = Since(start, call.end);
  body["result"] = call.result;
  // Less changes no window by a jiffy's tenth, and is in every call.
  if (call.run_delay >= std::chrono::milliseconds(1)) body["run_delay"] = call.run_delay.count();
  if (call.error != 0) body["errno"] = ErrnoName(call.error);
  if (call.queued) body["queued_error"] = call.queued->ToString();
  if (call.events != 0) body["events"] = PollEventNames(call.events);
  return body;
}

json StateJson(const SocketSnapshot& snapshot) {
  return {{"kind", "state"},
          {"text", fmt::format("{}: {}", snapshot.label, snapshot.ToString())},
          {"socket", snapshot.label},
          {"state", ToString(snapshot.state)},
          {"local", snapshot.local.ToString()},
          {"remote", snapshot.remote.ToString()},
          {"timer", ToString(snapshot.timer)},
          {"timer_expires_ms", snapshot.timer_expires.count()},
          {"retransmits", snapshot.retransmits},
          {"receive_queue", snapshot.receive_queue},
          {"send_queue", snapshot.send_queue}};
}

json FaultJson(const FaultEvent& event) {
  return {{"kind", "fault"},
          {"text", fmt::format("fault on {} {}: {}", event.host, event.armed ? "armed" : "lifted",
                               event.rule)},
          {"host", event.host},
          {"name", event.name},
          {"rule", event.rule},
          {"armed", event.armed},
          {"hits", event.hits},
          {"logged", event.logged},
          {"ruleset", event.ruleset}};
}

json ProgramJson(const ProgramEvent& event) {
  const char* const kKinds[] = {"started", "stdout", "stderr", "ended"};
  const char* const kind = kKinds[static_cast<int>(event.kind)];
  return {{"kind", "program"},
          {"text", Utf8(fmt::format("{} {}: {}", event.program, kind, event.text))},
          {"host", event.host},
          {"program", event.program},
          {"event", kind},
          {"output", Utf8(event.text)}};
}

json CauseJson(const std::string& cause, bool withheld) {
  return {{"kind", "cause"},
          {"text", fmt::format("cause{}: {}", withheld ? " withheld" : "", cause)},
          {"cause", cause},
          {"withheld", withheld}};
}

json DeviationJson(const Deviation& deviation, const KernelVersion& kernel) {
  const bool applies = deviation.AppliesTo(kernel);
  return {{"kind", "deviation"},
          {"text", fmt::format("Linux {} is expected {}to deviate: {}", kernel.ToString(),
                               applies ? "" : "not ", deviation.ToString())},
          {"kernel", kernel.ToString()},
          {"condition", deviation.Condition()},
          {"reason", deviation.reason},
          {"source", deviation.source},
          {"applies", applies}};
}

json TimingJson(const Timing& timing) {
  const char* const verdict = timing.held() ? "in time" : timing.late() ? "late" : "early";
  json body = {{"kind", "timing"},
               {"text", Utf8(fmt::format("{}: {}: {}", verdict, timing.what, timing.ToString()))},
               {"what", Utf8(timing.what)},
               {"nominal", timing.nominal.count()},
               {"measured", timing.measured.count()},
               {"held", timing.held()}};
  if (timing.ahead != Duration(0)) body["ahead"] = timing.ahead.count();
  if (timing.bound) body["bound"] = timing.bound->count();
  return body;
}

json WireDiffJson(const WireDifference& difference, TimePoint start) {
  json lines = json::array();
  for (const WireDifference::Line& line : difference.lines) {
    lines.push_back({{"mark", std::string(1, line.mark)},
                     {"at", Since(start, line.time)},
                     {"from", line.from},
                     {"to", line.to},
                     {"text", line.text},
                     {"note", line.note}});
  }
  return {{"kind", "wire_diff"},
          {"text", difference.summary},
          {"report", Utf8(difference.report)},
          {"lines", std::move(lines)}};
}

json CountersJson(const CounterGrowth& growth) {
  return {{"kind", "counters"},
          {"text", growth.ToString()},
          {"host", growth.host},
          {"grown", growth.grown}};
}

json PacketJson(const WirePacket& wire, TimePoint start) {
  const Packet& packet = wire.packet;
  json body = {{"kind", "packet"},
               {"text", PrintPacket(wire)},
               {"from", wire.from},
               {"to", wire.to},
               {"source", packet.source.ToString()},
               {"destination", packet.destination.ToString()},
               {"protocol", packet.protocol},
               {"flags", packet.flags},
               {"sequence", wire.sequence},
               {"length", packet.payload_length},
               {"window", packet.window}};
  if (KindOf(packet) == PacketKind::kIcmp) {
    body["icmp"] = {{"type", packet.icmp.type}, {"code", packet.icmp.code}};
    if (packet.icmp_value != 0) body["icmp"]["value"] = packet.icmp_value;
  }
  if (packet.quoted) {
    body["quoted"] = {{"source", packet.quoted->source.ToString()},
                      {"destination", packet.quoted->destination.ToString()}};
  }
  if ((packet.flags & kAck) != 0) body["acknowledgment"] = wire.acknowledgment;
  if (wire.arrived) body["arrived"] = Since(start, *wire.arrived);
  if (!packet.options.empty()) body["options"] = PrintOptions(RelativeOptions(wire));
  if (!wire.fault.empty()) {
    body["fault"] = wire.fault;
    body["fault_host"] = wire.fault_host;
  }
  return body;
}

json TapJson(const TapInfo& tap) {
  json addresses = json::array();
  for (const IpAddress& address : tap.addresses) addresses.push_back(address.ToString());
  return {{"kind", "tap"},          {"host", tap.host},       {"link", tap.link},
          {"file", tap.file},       {"addresses", addresses}, {"mac", tap.mac},
          {"segment", tap.segment}, {"transit", tap.transit}};
}

json LabelJson(const std::string& label, const Endpoint& endpoint) {
  return {{"kind", "label"},
          {"label", label},
          {"address", endpoint.address.ToString()},
          {"port", endpoint.port}};
}

json HitJson(const FaultHit& hit) {
  return {{"kind", "hit"}, {"host", hit.host}, {"fault", hit.fault}, {"bytes", HexText(hit.bytes)}};
}

std::int64_t JournalTime(const json& line, const char* field) {
  constexpr std::int64_t kLimit = std::int64_t{1} << 61;
  return std::clamp(Integer<std::int64_t>(line, field), -kLimit, kLimit);
}

void ReadJournalLine(const json& line, RawRecord& record) {
  const std::string kind = line.at("kind");
  const TimePoint time = record.start + Duration(JournalTime(line, "t"));
  if (kind == "tap") {
    TapInfo tap{HostIn(line),      line.at("link"),
                line.at("file"),   {},
                line.at("mac"),    Integer<int>(line, "segment"),
                line.at("transit")};
    for (const auto& address : line.at("addresses")) {
      tap.addresses.push_back(IpAddress::Parse(address.get<std::string>()));
    }
    record.taps.push_back(std::move(tap));
  } else if (kind == "label") {
    record.labels.emplace(Endpoint{IpAddress::Parse(line.at("address").get<std::string>()),
                                   Integer<std::uint16_t>(line, "port")},
                          line.at("label"));
  } else if (kind == "hit") {
    record.hits.push_back({time, HostIn(line), line.at("fault"), BytesOfHex(line.at("bytes"))});
  } else {
    if (kind == "fault") {
      HostIn(line);
      line.at("armed").get<bool>();
      line.at("ruleset").get_ref<const std::string&>();
      record.faults.emplace(line.at("name"), line.at("rule"));
    }
    record.events.push_back(
        {time, std::make_shared<json>(line), std::make_shared<std::string>(line.dump())});
  }
}

}  // namespace halfopen

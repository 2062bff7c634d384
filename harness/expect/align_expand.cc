// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/align_expand.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace halfopen {
namespace {

// Finds the values of a script's names.
class Names {
 public:
  explicit Names(std::span<const Binding> bindings) : bindings_(bindings) {}

  // One time for each of the line's repeats.
  std::vector<Duration> Times(const Line& line, const LineTime& time, int repeats) const {
    const auto size = static_cast<std::size_t>(repeats);
    if (time.name.empty()) return std::vector<Duration>(size, time.value);
    const Binding& binding = Find(line, time.name);
    if (const auto* one = std::get_if<Duration>(&binding.value)) {
      return NotNegative(line, std::vector<Duration>(size, *one));
    }
    const auto& schedule = As<std::vector<Duration>>(line, binding, "a time");
    if (schedule.size() != size) {
      Fail(line, fmt::format("the schedule \"{}\" has {} times, but its line needs {}", time.name,
                             schedule.size(), repeats));
    }
    return NotNegative(line, schedule);
  }

  int Count(const Line& line) const {
    if (line.repeat.name.empty()) return line.repeat.value;
    const int count = As<int>(line, Find(line, line.repeat.name), "a count");
    if (count < 0) Fail(line, fmt::format("\"{}\" is {}", line.repeat.name, count));
    return count;
  }

  // The line's packet; an ICMP message that stands by a name has its value.
  PacketPattern Packet(const Line& line) const {
    PacketPattern packet = line.packet;
    if (packet.icmp.name.empty()) return packet;
    packet.icmp.message = As<IcmpMessage>(line, Find(line, packet.icmp.name), "an ICMP message");
    packet.icmp.name = {};
    return packet;
  }

 private:
  [[noreturn]] static void Fail(const Line& line, const std::string& message) {
    throw NotationError(line.number, 0, message);
  }

  template <typename Value>
  static const Value& As(const Line& line, const Binding& binding, std::string_view use) {
    if (const auto* value = std::get_if<Value>(&binding.value)) return *value;
    constexpr std::string_view kKinds[] = {"a time", "a time", "a count", "an ICMP message"};
    Fail(line, fmt::format("\"{}\" is bound to {}, but stands for {}", binding.name,
                           kKinds[binding.value.index()], use));
  }

  static std::vector<Duration> NotNegative(const Line& line, std::vector<Duration> times) {
    for (const Duration time : times) {
      if (time < Duration(0)) Fail(line, fmt::format("a bound time is {} ns", time.count()));
    }
    return times;
  }

  const Binding& Find(const Line& line, std::string_view name) const {
    const Binding* found = nullptr;
    std::vector<std::string> names;
    for (const Binding& binding : bindings_) {
      names.push_back(fmt::format("\"{}\"", binding.name));
      if (binding.name != name) continue;
      if (found != nullptr) Fail(line, fmt::format("\"{}\" is bound twice", name));
      found = &binding;
    }
    if (found == nullptr) {
      Fail(line,
           fmt::format("\"{}\" is not bound; bound: {}", name,
                       names.empty() ? "nothing" : fmt::format("{}", fmt::join(names, ", "))));
    }
    return *found;
  }

  std::span<const Binding> bindings_;
};

// RFC 9293, 3.5: SYN, SYN and ACK, ACK.
void ExpandHandshake(const Line& line, std::vector<ExpectedPacket>& packets) {
  ExpectedPacket syn{.line = line.number,
                     .from = std::string(line.from),
                     .to = std::string(line.to),
                     .packet = {},
                     .time = {},
                     .begins_handshake = true};
  syn.packet.flags = kSyn;

  ExpectedPacket ack = syn;
  ack.begins_handshake = false;
  ack.packet.flags = kAck;
  ack.packet.sequence = 1;
  ack.packet.acknowledgment = 1;

  ExpectedPacket syn_ack = ack;
  std::swap(syn_ack.from, syn_ack.to);
  syn_ack.packet.flags = kSyn | kAck;
  syn_ack.packet.sequence = 0;

  packets.insert(packets.end(), {syn, syn_ack, ack});
}

void ExpandPacket(const Line& line, const Names& names, std::vector<ExpectedPacket>& packets) {
  const int repeats = names.Count(line);
  const ExpectedPacket packet{.line = line.number,
                              .from = std::string(line.from),
                              .to = std::string(line.to),
                              .packet = names.Packet(line),
                              .time = {},
                              .optional = line.optional};
  if (!line.time.has_value()) {
    packets.insert(packets.end(), static_cast<std::size_t>(repeats), packet);
    return;
  }
  for (const Duration time : names.Times(line, *line.time, repeats)) {
    packets.push_back(packet);
    packets.back().time = time;
  }
}

}  // namespace

Expectation Expand(const Script& script, std::span<const Binding> bindings) {
  const Names names(bindings);
  Expectation expectation;
  for (const Line& line : script.lines()) {
    switch (line.kind) {
      case Line::Kind::kPacket:
        ExpandPacket(line, names, expectation.packets);
        break;
      case Line::Kind::kHandshake:
        ExpandHandshake(line, expectation.packets);
        break;
      case Line::Kind::kQuiet:
        expectation.quiets.push_back({.line = line.number,
                                      .time = names.Times(line, *line.time, 1).front(),
                                      .before = expectation.packets.size()});
        break;
    }
  }
  return expectation;
}

}  // namespace halfopen

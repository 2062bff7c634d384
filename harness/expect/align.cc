// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/align.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/expect/align_path.h"
#include "harness/expect/align_times.h"
#include "harness/expect/notation_icmp.h"
#include "harness/expect/notation_options.h"
#include "harness/expect/notation_print.h"

namespace halfopen {
namespace {

// A missing or an extra packet. A different one costs nearly as much: it is better than one of
// both, and worse than one of them.
constexpr std::uint32_t kUnpaired = 100;
constexpr std::uint32_t kDifferent = 90;

bool IsSameIcmp(const IcmpPattern& expected, const Packet& actual) {
  return expected.message ? *expected.message == actual.icmp
                          : MeansIcmp(expected.word, actual.source.address.family(), actual.icmp);
}

bool IsSameSegment(const PacketPattern& expected, const WirePacket& actual) {
  return expected.flags == actual.packet.flags && expected.sequence == actual.sequence &&
         expected.length == actual.packet.payload_length;
}

// What tells one packet from another: all that a line always gives, but for the fault.
bool IsSamePacket(const ExpectedPacket& expected, const WirePacket& actual) {
  if (expected.from != actual.from || expected.to != actual.to ||
      expected.packet.kind != KindOf(actual.packet)) {
    return false;
  }
  switch (expected.packet.kind) {
    case PacketKind::kTcp:
      return IsSameSegment(expected.packet, actual);
    case PacketKind::kIcmp:
      return IsSameIcmp(expected.packet.icmp, actual.packet);
    case PacketKind::kWhoHas:
    case PacketKind::kIsAt:
      return true;
  }
  return false;
}

bool SameFault(const PacketPattern& expected, const WirePacket& actual) {
  return expected.hits_fault == !actual.fault.empty();
}
bool SameAcknowledgment(const PacketPattern& expected, const WirePacket& actual) {
  return !expected.acknowledgment.has_value() || *expected.acknowledgment == actual.acknowledgment;
}
bool SameWindow(const PacketPattern& expected, const WirePacket& actual) {
  return !expected.window.has_value() || *expected.window == actual.packet.window;
}
bool SameMtu(const PacketPattern& expected, const WirePacket& actual) {
  return expected.icmp.mtu.value_or(actual.packet.icmp_value) == actual.packet.icmp_value;
}
bool SamePointer(const PacketPattern& expected, const WirePacket& actual) {
  return expected.icmp.pointer.value_or(actual.packet.icmp_value) == actual.packet.icmp_value;
}
bool SameOptions(const PacketPattern& expected, const WirePacket& actual) {
  return !expected.options.has_value() || Matches(*expected.options, RelativeOptions(actual));
}

std::uint32_t PairCost(const ExpectedPacket& expected, const WirePacket& actual) {
  if (!IsSamePacket(expected, actual)) return AlignCosts::kNever;
  const int differences =
      !SameFault(expected.packet, actual) + !SameAcknowledgment(expected.packet, actual) +
      !SameWindow(expected.packet, actual) + !SameOptions(expected.packet, actual) +
      !SameMtu(expected.packet, actual) + !SamePointer(expected.packet, actual);
  return differences == 0 ? 0 : kDifferent + static_cast<std::uint32_t>(differences);
}

std::string PrintFault(bool hit) { return hit ? ">| (hits a fault)" : "> (hits no fault)"; }

std::vector<FieldDifference> Differences(const PacketPattern& expected, const WirePacket& actual) {
  std::vector<FieldDifference> differences;
  if (!SameFault(expected, actual)) {
    differences.push_back({PrintFault(expected.hits_fault), PrintFault(!expected.hits_fault)});
  }
  if (!SameAcknowledgment(expected, actual)) {
    differences.push_back({fmt::format("ack {}", *expected.acknowledgment),
                           fmt::format("ack {}", actual.acknowledgment)});
  }
  if (!SameWindow(expected, actual)) {
    differences.push_back(
        {fmt::format("win {}", *expected.window), fmt::format("win {}", actual.packet.window)});
  }
  if (!SameOptions(expected, actual)) {
    differences.push_back({PrintOptions(*expected.options), PrintOptions(RelativeOptions(actual))});
  }
  if (!SameMtu(expected, actual)) {
    differences.push_back({fmt::format("mtu {}", *expected.icmp.mtu),
                           fmt::format("mtu {}", actual.packet.icmp_value)});
  }
  if (!SamePointer(expected, actual)) {
    differences.push_back({fmt::format("pointer {}", *expected.icmp.pointer),
                           fmt::format("pointer {}", actual.packet.icmp_value)});
  }
  return differences;
}

std::vector<AlignStep> Align(const Expectation& expectation, const Record& record) {
  const AlignCosts costs{
      .pair =
          [&](std::size_t expected, std::size_t actual) {
            return PairCost(expectation.packets[expected], record.packets[actual]);
          },
      .skip =
          [&](std::size_t expected) {
            return expectation.packets[expected].optional ? 0 : kUnpaired;
          },
      .extra = kUnpaired,
  };
  return CheapestPath(expectation.packets.size(), record.packets.size(), costs);
}

// Judges the time of a line's packet.
void CheckTime(Duration nominal, const Record& record, JudgedLine& line,
               std::vector<Timing>& timings) {
  Timing timing = TimeOf(nominal, *line.packet, record);
  timing.what = PrintPacket(record.packets[*line.packet]);
  if (!timing.held()) {
    line.time = {.nominal = nominal,
                 .measured = timing.measured,
                 .bound = timing.late() ? *timing.bound : nominal};
  }
  timings.push_back(std::move(timing));
}

void Pair(const Record& record, Judgement& judgement) {
  const Expectation& expectation = judgement.expectation;
  std::size_t expected = 0;
  std::size_t actual = 0;
  for (const AlignStep step : Align(expectation, record)) {
    JudgedLine line;
    if (step != AlignStep::kSkip) line.packet = actual++;
    if (step != AlignStep::kExtra) line.expected = expected++;
    if (step == AlignStep::kSkip && expectation.packets[*line.expected].optional) continue;
    if (step == AlignStep::kPair) {
      const ExpectedPacket& pattern = expectation.packets[*line.expected];
      line.differences = Differences(pattern.packet, record.packets[*line.packet]);
      if (pattern.time) CheckTime(*pattern.time, record, line, judgement.timings);
    }
    judgement.lines.push_back(std::move(line));
  }
}

}  // namespace

Judgement Judge(const Script& script, std::span<const Binding> bindings, const Record& record) {
  return Judge(Expand(script, bindings), record);
}

Judgement Judge(Expectation expectation, const Record& record) {
  Judgement judgement;
  judgement.expectation = std::move(expectation);
  Pair(record, judgement);
  CheckQuiets(record, judgement);
  for (const JudgedLine& line : judgement.lines) {
    judgement.missing += line.missing();
    judgement.extra += line.extra();
    judgement.late += line.late();
    judgement.early += line.early();
    judgement.different += line.different();
  }
  judgement.early += judgement.unfinished_quiet.has_value();
  return judgement;
}

Duration TrailingQuiet(const Script& script, std::span<const Binding> bindings) {
  const Expectation expectation = Expand(script, bindings);
  std::size_t behind_required = expectation.packets.size();
  while (behind_required != 0 && expectation.packets[behind_required - 1].optional) {
    --behind_required;
  }
  Duration longest{0};
  for (const ExpectedQuiet& quiet : expectation.quiets) {
    if (quiet.before >= behind_required) longest = std::max(longest, quiet.time);
  }
  return longest;
}

std::size_t RequiredPackets(const Script& script, std::span<const Binding> bindings) {
  const Expectation expectation = Expand(script, bindings);
  return static_cast<std::size_t>(
      std::ranges::count(expectation.packets, false, &ExpectedPacket::optional));
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/craft/crafted_line.h"

#include <algorithm>
#include <string>

#include "harness/expect/notation.h"
#include "harness/expect/notation_options.h"
#include "harness/expect/notation_print.h"

namespace halfopen {
namespace {

// What a payload consists of: it tells where in it a receiver stands.
std::string Pattern(std::uint32_t length) {
  constexpr std::string_view kPattern = "0123456789abcdefghijklmnopqrstuvwxyz";
  std::string payload(length, '\0');
  for (std::size_t i = 0; i < length; ++i) payload[i] = kPattern[i % kPattern.size()];
  return payload;
}

// Adds `first` to each of the numbers of four bytes.
void MakeAbsolute(std::vector<std::uint8_t>& edges, std::uint32_t first) {
  for (std::size_t i = 0; i + 4 <= edges.size(); i += 4) {
    std::uint32_t edge = first;
    for (std::size_t byte = 0; byte < 4; ++byte) {
      edge += std::uint32_t{edges[i + byte]} << (24 - 8 * byte);
    }
    for (std::size_t byte = 0; byte < 4; ++byte) {
      edges[i + byte] = static_cast<std::uint8_t>(edge >> (24 - 8 * byte));
    }
  }
}

// The other end's first number; 0, so that numbers are as on the wire, until its SYN has come.
std::uint32_t FirstOfRemote(const CraftedConnection& connection) {
  return connection.remote_initial_sequence().value_or(0);
}

}  // namespace

std::vector<SegmentOption> CraftedOptionsFrom(const OptionPatterns& options, std::uint32_t first,
                                              int line_number) {
  std::vector<SegmentOption> crafted;
  for (const OptionPattern& pattern : options) {
    if (pattern.any_value && pattern.kind != kOptionTimestamps) {
      throw NotationError(line_number, 0,
                          "an option that is sent needs its value; only TS has one "
                          "by itself");
    }
    const std::span<const std::uint8_t> bytes = pattern.bytes();
    crafted.push_back({pattern.kind, {bytes.begin(), bytes.end()}});
    if (pattern.kind == kOptionSack) MakeAbsolute(crafted.back().data, first);
  }
  return crafted;
}

Segment CraftedFrom(const Line& line, const CraftedConnection& connection) {
  const PacketPattern& packet = line.packet;
  const std::uint32_t remote_first = FirstOfRemote(connection);
  Segment segment;
  segment.flags = packet.flags;
  segment.sequence = connection.initial_sequence() + packet.sequence;
  if ((packet.flags & kAck) != 0) {
    segment.acknowledgment =
        packet.acknowledgment ? remote_first + *packet.acknowledgment : connection.next_expected();
  }
  segment.window = packet.window.value_or(connection.window());
  segment.payload = Pattern(packet.length);
  if (packet.options) {
    segment.options = CraftedOptionsFrom(*packet.options, remote_first, line.number);
  } else if (connection.timestamps() && (packet.flags & kSyn) == 0) {
    segment.options = {{kOptionTimestamps, {}}};
  }
  return segment;
}

bool IsSegment(const Line& line, const Segment& segment, const CraftedConnection& connection) {
  const PacketPattern& pattern = line.packet;
  const std::uint32_t acknowledgment = segment.acknowledgment - connection.initial_sequence();
  if (segment.flags != pattern.flags || segment.payload.size() != pattern.length ||
      segment.sequence - FirstOfRemote(connection) != pattern.sequence ||
      (pattern.acknowledgment && acknowledgment != *pattern.acknowledgment) ||
      (pattern.window && segment.window != *pattern.window)) {
    return false;
  }
  if (!pattern.options) return true;
  WirePacket heard;
  heard.packet.acknowledgment = segment.acknowledgment;
  heard.acknowledgment = acknowledgment;
  for (const SegmentOption& option : segment.options) {
    heard.packet.options.push_back({option.kind, option.data});
  }
  return Matches(*pattern.options, RelativeOptions(heard));
}

}  // namespace halfopen

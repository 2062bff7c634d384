// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_TESTS_EXPECT_PACKETS_H_
#define HALFOPEN_TESTS_EXPECT_PACKETS_H_

#include <netinet/in.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "harness/expect/notation.h"
#include "harness/expect/notation_icmp.h"
#include "harness/timeline/wire_packet.h"

namespace halfopen {

// A packet of a made-up record: when it was sent, and a line that describes it.
struct Sent {
  Duration time;  // since the start of the record
  std::string_view line;
};

inline constexpr TimePoint kStart{std::chrono::hours(1)};

// First sequence numbers on the wire, far from the relative ones, and one of them about to wrap.
inline constexpr std::uint32_t kFirstSequence = 0xfffffff0;
inline constexpr std::uint32_t kFirstAcknowledged = 1'000'000;

// A packet with everything that the line says; a window of 500 unless it says another. The words of
// ICMP errors are IPv4's.
inline WirePacket MakePacket(const Sent& sent) {
  const Script script = Script::Parse(sent.line);
  const Line line = script.lines().at(0);
  WirePacket packet;
  packet.time = kStart + sent.time;
  packet.from = line.from;
  packet.to = line.to;
  packet.sequence = line.packet.sequence;
  packet.acknowledgment = line.packet.acknowledgment.value_or(0);
  if (line.packet.hits_fault) packet.fault = "ip saddr 10.0.0.1 drop";
  switch (line.packet.kind) {
    case PacketKind::kTcp:
      break;
    case PacketKind::kWhoHas:
      packet.packet.neighbour = Neighbour::kWhoHas;
      return packet;
    case PacketKind::kIsAt:
      packet.packet.neighbour = Neighbour::kIsAt;
      return packet;
    case PacketKind::kIcmp:
      packet.packet.protocol = IPPROTO_ICMP;
      packet.packet.icmp = line.packet.icmp.message.value_or(IcmpMessage{});
      for (const IcmpWord& known : kIcmpWords) {
        if (known.family == IpFamily::kIpv4 && known.word == line.packet.icmp.word) {
          packet.packet.icmp = known.message;
        }
      }
      packet.packet.icmp_value =
          line.packet.icmp.mtu.value_or(line.packet.icmp.pointer.value_or(0));
      return packet;
  }
  packet.packet.flags = line.packet.flags;
  packet.packet.sequence = kFirstSequence + packet.sequence;
  packet.packet.acknowledgment = kFirstAcknowledged + packet.acknowledgment;
  packet.packet.window = line.packet.window.value_or(500);
  packet.packet.payload_length = line.packet.length;
  for (const OptionPattern& option : line.packet.options.value_or(OptionPatterns())) {
    packet.packet.options.push_back({option.kind, {option.bytes().begin(), option.bytes().end()}});
  }
  return packet;
}

inline std::vector<WirePacket> MakePackets(std::initializer_list<Sent> sent) {
  std::vector<WirePacket> packets;
  for (const Sent& one : sent) packets.push_back(MakePacket(one));
  return packets;
}

}  // namespace halfopen

#endif  // HALFOPEN_TESTS_EXPECT_PACKETS_H_

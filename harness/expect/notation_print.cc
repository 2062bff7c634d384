// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/notation_print.h"

#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>

#include "harness/expect/duration_text.h"
#include "harness/expect/notation_icmp.h"

namespace halfopen {
namespace {

std::string PrintRange(std::uint32_t sequence, std::uint32_t length) {
  return fmt::format("{}:{}({})", sequence, sequence + length, length);
}

std::string PrintLineTime(const LineTime& time) {
  return time.name.empty() ? DurationText(time.value) : std::string(time.name);
}

std::string PrintCount(const LineCount& count) {
  if (!count.name.empty()) return fmt::format(" *{}", count.name);
  return count.value == 1 ? "" : fmt::format(" *{}", count.value);
}

bool HasMtu(const Packet& packet) {
  constexpr IcmpMessage kFragmentationNeeded{3, 4};
  return packet.source.address.family() == IpFamily::kIpv4 ? packet.icmp == kFragmentationNeeded
                                                           : packet.icmp.type == 2;
}

bool HasPointer(const Packet& packet) {
  return packet.icmp.type == (packet.source.address.family() == IpFamily::kIpv4 ? 12 : 4);
}

std::string PrintIcmp(const Packet& packet) {
  std::string text = "icmp " + IcmpText(packet.source.address.family(), packet.icmp);
  if (HasMtu(packet)) text += fmt::format(" mtu {}", packet.icmp_value);
  if (HasPointer(packet)) text += fmt::format(" pointer {}", packet.icmp_value);
  return text;
}

std::string PrintIcmp(const IcmpPattern& icmp) {
  std::string text = "icmp ";
  text += icmp.message ? IcmpText(*icmp.message)
                       : std::string(icmp.word.empty() ? icmp.name : icmp.word);
  if (icmp.mtu) text += fmt::format(" mtu {}", *icmp.mtu);
  if (icmp.pointer) text += fmt::format(" pointer {}", *icmp.pointer);
  return text;
}

// What stands in place of a segment's flags and numbers; empty for a segment.
template <typename Icmp>
std::string PrintNoSegment(PacketKind kind, const Icmp& icmp) {
  switch (kind) {
    case PacketKind::kTcp:
      return "";
    case PacketKind::kIcmp:
      return PrintIcmp(icmp);
    case PacketKind::kWhoHas:
      return std::string(kWhoHas);
    case PacketKind::kIsAt:
      return std::string(kIsAt);
  }
  return "";
}

}  // namespace

PacketKind KindOf(const Packet& packet) {
  if (packet.neighbour == Neighbour::kWhoHas) return PacketKind::kWhoHas;
  if (packet.neighbour == Neighbour::kIsAt) return PacketKind::kIsAt;
  const bool icmp = packet.protocol == IPPROTO_ICMP || packet.protocol == IPPROTO_ICMPV6;
  return icmp ? PacketKind::kIcmp : PacketKind::kTcp;
}

std::string PrintFlags(std::uint8_t flags) {
  std::string letters;
  for (const FlagLetter& letter : kFlagLetters) {
    if ((flags & letter.flag) != 0) letters.push_back(letter.letter);
  }
  return letters.empty() ? std::string(kNoFlags) : letters;
}

PacketColumns Columns(const WirePacket& packet, PrintFields fields) {
  PacketColumns columns{packet.from, packet.fault.empty() ? ">" : ">|", packet.to, {}, {}};
  columns.flags = PrintNoSegment(KindOf(packet.packet), packet.packet);
  if (!columns.flags.empty()) return columns;
  std::string rest = PrintRange(packet.sequence, packet.packet.payload_length);
  if ((packet.packet.flags & kAck) != 0) rest += fmt::format(" ack {}", packet.acknowledgment);
  if (fields.window) rest += fmt::format(" win {}", packet.packet.window);
  if (fields.options) rest += " " + PrintOptions(RelativeOptions(packet));
  columns.flags = PrintFlags(packet.packet.flags);
  columns.rest = rest;
  return columns;
}

PacketColumns Columns(std::string_view from, std::string_view to, const PacketPattern& packet) {
  PacketColumns columns{std::string(from), packet.hits_fault ? ">|" : ">", std::string(to), {}, {}};
  columns.flags = PrintNoSegment(packet.kind, packet.icmp);
  if (!columns.flags.empty()) return columns;
  std::string rest = PrintRange(packet.sequence, packet.length);
  if (packet.acknowledgment.has_value()) rest += fmt::format(" ack {}", *packet.acknowledgment);
  if (packet.window.has_value()) rest += fmt::format(" win {}", *packet.window);
  if (packet.options.has_value()) rest += " " + PrintOptions(*packet.options);
  columns.flags = PrintFlags(packet.flags);
  columns.rest = rest;
  return columns;
}

void ColumnWidths::Fit(const PacketColumns& columns) {
  from = std::max(from, columns.from.size());
  to = std::max(to, columns.to.size());
  if (columns.rest.empty()) {  // spans both columns, and does not push those of segments apart
    both = std::max(both, columns.flags.size());
    return;
  }
  flags = std::max(flags, columns.flags.size());
  rest = std::max(rest, columns.rest.size());
}

std::string Join(const PacketColumns& columns, const ColumnWidths& widths) {
  const std::size_t both = std::max(widths.both, widths.flags + 2 + widths.rest);
  if (columns.rest.empty()) {
    return fmt::format("{:{}} {:2} {:{}}  {:{}}", columns.from, widths.from, columns.arrow,
                       columns.to, widths.to, columns.flags, both);
  }
  return fmt::format("{:{}} {:2} {:{}}  {:{}}  {:{}}", columns.from, widths.from, columns.arrow,
                     columns.to, widths.to, columns.flags, widths.flags, columns.rest,
                     both - widths.flags - 2);
}

std::string PrintPacket(const WirePacket& packet, PrintFields fields) {
  return Join(Columns(packet, fields), {});
}

std::string PrintLine(const Line& line) {
  switch (line.kind) {
    case Line::Kind::kHandshake:
      return fmt::format("handshake {} > {}", line.from, line.to);
    case Line::Kind::kQuiet:
      return fmt::format("quiet {}", PrintLineTime(*line.time));
    case Line::Kind::kPacket:
      break;
  }
  return fmt::format("{}{}{}{}",
                     line.time.has_value() ? fmt::format("+{} ", PrintLineTime(*line.time)) : "",
                     line.optional ? "? " : "", Join(Columns(line.from, line.to, line.packet), {}),
                     PrintCount(line.repeat));
}

}  // namespace halfopen

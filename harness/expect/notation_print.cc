// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/notation_print.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/expect/duration_text.h"

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

}  // namespace

std::string PrintFlags(std::uint8_t flags) {
  std::string letters;
  for (const FlagLetter& letter : kFlagLetters) {
    if ((flags & letter.flag) != 0) letters.push_back(letter.letter);
  }
  return letters.empty() ? std::string(kNoFlags) : letters;
}

PacketColumns Columns(const WirePacket& packet, PrintFields fields) {
  std::string rest = PrintRange(packet.sequence, packet.packet.payload_length);
  if ((packet.packet.flags & kAck) != 0) rest += fmt::format(" ack {}", packet.acknowledgment);
  if (fields.window) rest += fmt::format(" win {}", packet.packet.window);
  if (fields.options) rest += " " + PrintOptions(RelativeOptions(packet));
  return {packet.from, packet.fault.empty() ? ">" : ">|", packet.to,
          PrintFlags(packet.packet.flags), rest};
}

PacketColumns Columns(std::string_view from, std::string_view to, const PacketPattern& packet) {
  std::string rest = PrintRange(packet.sequence, packet.length);
  if (packet.acknowledgment.has_value()) rest += fmt::format(" ack {}", *packet.acknowledgment);
  if (packet.window.has_value()) rest += fmt::format(" win {}", *packet.window);
  if (packet.options.has_value()) rest += " " + PrintOptions(*packet.options);
  return {std::string(from), packet.hits_fault ? ">|" : ">", std::string(to),
          PrintFlags(packet.flags), rest};
}

void ColumnWidths::Fit(const PacketColumns& columns) {
  from = std::max(from, columns.from.size());
  to = std::max(to, columns.to.size());
  flags = std::max(flags, columns.flags.size());
  rest = std::max(rest, columns.rest.size());
}

std::string Join(const PacketColumns& columns, const ColumnWidths& widths) {
  return fmt::format("{:{}} {:2} {:{}}  {:{}}  {:{}}", columns.from, widths.from, columns.arrow,
                     columns.to, widths.to, columns.flags, widths.flags, columns.rest, widths.rest);
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

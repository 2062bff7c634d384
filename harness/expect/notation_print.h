// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_NOTATION_PRINT_H_
#define HALFOPEN_HARNESS_EXPECT_NOTATION_PRINT_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/expect/notation_line.h"
#include "harness/timeline/wire_packet.h"

// Prints what notation_parser.h reads. All functions are thread-safe.
namespace halfopen {

// Which fields are printed besides those that always are.
struct PrintFields {
  bool window = false;
  bool options = false;
};

// "client >  server  P.  1:5(4) ack 1": a line that the packet matches. Starts at `from`, without
// a time.
std::string PrintPacket(const WirePacket& packet, PrintFields fields = {});

// The line as it stands in a script, with single forms for everything: blanks, units, letters.
std::string PrintLine(const Line& line);

// What a line that matches the packet speaks of.
PacketKind KindOf(const Packet& packet);

// "S.", or "none".
std::string PrintFlags(std::uint8_t flags);

// "<mss 1460,sackOK,TS val 1 ecr 0>". The edges of SACK blocks must be relative.
std::string PrintOptions(std::span<const TcpOption> options);
std::string PrintOptions(const OptionPatterns& options);

// The packet's options, with the edges of SACK blocks relative to the first sequence number of the
// direction that they acknowledge.
std::vector<TcpOption> RelativeOptions(const WirePacket& packet);

// A printed packet in columns, so that several lines can be aligned.
struct PacketColumns {
  std::string from;
  std::string arrow;  // ">" or ">|"
  std::string to;
  std::string flags;
  std::string rest;  // "1:5(4) ack 1" and what follows; empty for what is no TCP segment, which
                     // is all in `flags`: "icmp port-unreachable"
};
PacketColumns Columns(const WirePacket& packet, PrintFields fields = {});
PacketColumns Columns(std::string_view from, std::string_view to, const PacketPattern& packet);

struct ColumnWidths {
  std::size_t from = 0;
  std::size_t to = 0;
  std::size_t flags = 2;
  std::size_t rest = 0;
  std::size_t both = 0;  // of what is no TCP segment

  // Makes every column wide enough for `columns`.
  void Fit(const PacketColumns& columns);
};
// One line of text; `rest` is padded too, to carry a note behind it.
std::string Join(const PacketColumns& columns, const ColumnWidths& widths);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_NOTATION_PRINT_H_

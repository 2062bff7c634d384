// SPDX-License-Identifier: GPL-2.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/expect/notation_print.h"
#include "harness/timeline/wire.h"
#include "tests/packet_bytes.h"

namespace halfopen {
namespace {

using ::testing::ElementsAre;

// What the tap of the client sees: 10.0.0.1, with 10.0.0.2 as the server.
RawRecord RecordOf(const std::vector<ByteString>& frames) {
  RawRecord record;
  record.taps = {{"client", "veth0", "", {IpAddress::Parse("10.0.0.1")}, {}, 0, false},
                 {"server", "veth0", "", {IpAddress::Parse("10.0.0.2")}, {}, 0, false}};
  for (const ByteString& frame : frames) {
    record.packets.push_back({record.start + Duration(record.packets.size()),
                              0,
                              true,
                              *DecodeEthernet(frame),
                              {frame.begin() + 14, frame.end()}});
  }
  return record;
}

std::vector<std::string> Lines(const std::vector<WirePacket>& wire) {
  std::vector<std::string> lines;
  for (const WirePacket& packet : wire) lines.push_back(PrintPacket(packet));
  return lines;
}

TEST(WireIcmp, IcmpErrorBelongsToTheConnectionThatItQuotes) {
  const ByteString segment = Ipv4(IPPROTO_TCP, Tcp({.flags = kSyn}));
  ByteString other = segment;
  other[20] = 0;  // of another port
  const auto wire = BuildWire(RecordOf({Ethernet(0x0800, segment),
                                        Ethernet(0x0800, Ipv4(IPPROTO_ICMP, Icmp(3, 1) + segment)),
                                        Ethernet(0x0800, Ipv4(IPPROTO_ICMP, Icmp(3, 2) + other)),
                                        Ethernet(0x0800, Ipv4(IPPROTO_ICMP, Icmp(8, 0)))}));
  EXPECT_EQ(wire.size(), 4u);
  const auto connection = OfConnection(wire, wire[0].packet.destination, wire[0].packet.source);
  EXPECT_THAT(Lines(connection), ElementsAre("client >  server  S   0:0(0)",
                                             "client >  server  icmp host-unreachable"));
  EXPECT_EQ(connection[1].sequence, 0u) << "of the quoted segment, relative like its own";
}

TEST(WireIcmp, TargetThatNobodyHasGoesByItsAddress) {
  ByteString nobody = Arp(1);
  nobody.back() = 9;
  const auto wire =
      BuildWire(RecordOf({Ethernet(0x0806, Arp(1)), Ethernet(0x0806, nobody),
                          Ethernet(0x86dd, Ipv6(IPPROTO_ICMPV6, NeighbourDiscovery(135)))}));
  EXPECT_THAT(Lines(wire), ElementsAre("client >  server  who-has", "client >  10.0.0.9  who-has",
                                       "fd00::1 >  fd00::9  who-has"));
}

}  // namespace
}  // namespace halfopen

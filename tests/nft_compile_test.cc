// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/nft_compile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace halfopen {
namespace {

using ::testing::ElementsAre;

// The expected lines are those of `nft --debug=netlink` 1.0.6 for the rule's text, on a
// little-endian machine.
std::vector<std::string> Lines(const Rule& rule) {
  std::vector<std::string> lines;
  for (const Expression& expression : Compile(rule)) lines.push_back(ToString(expression));
  return lines;
}

const IpAddress kV4 = IpAddress::Parse("10.0.0.1");
const IpAddress kV6 = IpAddress::Parse("fd00::1");

TEST(NftCompile, Ipv4AddressDependsOnItsFamilyAndPortOnTcp) {
  EXPECT_THAT(
      Lines(Rule().From(kV4).ToPort(80).Log(5, "x").Drop()),
      ElementsAre("meta load nfproto => reg 1", "cmp eq reg 1 0x00000002",
                  "payload load 4b @ network header + 12 => reg 1", "cmp eq reg 1 0x0100000a",
                  "meta load l4proto => reg 1", "cmp eq reg 1 0x00000006",
                  "payload load 2b @ transport header + 2 => reg 1", "cmp eq reg 1 0x00005000",
                  "counter pkts 0 bytes 0", "log prefix x group 5 snaplen 0 qthreshold 0",
                  "immediate reg 0 drop"));
}

TEST(NftCompile, Ipv6Addresses) {
  EXPECT_THAT(Lines(Rule().From(kV6).To(kV6).Accept()),
              ElementsAre("meta load nfproto => reg 1", "cmp eq reg 1 0x0000000a",
                          "payload load 16b @ network header + 8 => reg 1",
                          "cmp eq reg 1 0x000000fd 0x00000000 0x00000000 0x01000000",
                          "payload load 16b @ network header + 24 => reg 1",
                          "cmp eq reg 1 0x000000fd 0x00000000 0x00000000 0x01000000",
                          "counter pkts 0 bytes 0", "immediate reg 0 accept"));
}

TEST(NftCompile, BothPortsAreOneLoad) {
  EXPECT_THAT(Lines(Rule().FromPort(80).ToPort(90)),
              ElementsAre("meta load l4proto => reg 1", "cmp eq reg 1 0x00000006",
                          "payload load 4b @ transport header + 0 => reg 1",
                          "cmp eq reg 1 0x5a005000", "counter pkts 0 bytes 0"));
}

TEST(NftCompile, TcpFlagsUnderAMask) {
  EXPECT_THAT(Lines(Rule().TcpFlags(0x16, 0x12)),
              ElementsAre("meta load l4proto => reg 1", "cmp eq reg 1 0x00000006",
                          "payload load 1b @ transport header + 13 => reg 1",
                          "bitwise reg 1 = ( reg 1 & 0x00000016 ) ^ 0x00000000",
                          "cmp eq reg 1 0x00000012", "counter pkts 0 bytes 0"));
}

TEST(NftCompile, TcpFlagsAsAWhole) {
  EXPECT_THAT(Lines(Rule().TcpFlags(0xff, 0x12)),
              ElementsAre("meta load l4proto => reg 1", "cmp eq reg 1 0x00000006",
                          "payload load 1b @ transport header + 13 => reg 1",
                          "cmp eq reg 1 0x00000012", "counter pkts 0 bytes 0"));
}

TEST(NftCompile, AnyTcpFlag) {
  EXPECT_THAT(Lines(Rule().AnyTcpFlag(0x12)),
              ElementsAre("meta load l4proto => reg 1", "cmp eq reg 1 0x00000006",
                          "payload load 1b @ transport header + 13 => reg 1",
                          "bitwise reg 1 = ( reg 1 & 0x00000012 ) ^ 0x00000000",
                          "cmp neq reg 1 0x00000000", "counter pkts 0 bytes 0"));
}

// The protocol match in front is ours: without it "missing" would hit every packet but TCP's.
TEST(NftCompile, TcpOptions) {
  EXPECT_THAT(
      Lines(Rule().HasTcpOption(8).LacksTcpOption(34)),
      ElementsAre("meta load l4proto => reg 1", "cmp eq reg 1 0x00000006",
                  "exthdr load tcpopt 1b @ 8 + 0 present => reg 1", "cmp eq reg 1 0x00000001",
                  "exthdr load tcpopt 1b @ 34 + 0 present => reg 1", "cmp eq reg 1 0x00000000",
                  "counter pkts 0 bytes 0"));
}

TEST(NftCompile, LengthIsOrderedInNetworkByteOrder) {
  EXPECT_THAT(
      Lines(Rule().Length(Comparison::kEqual, 60)),
      ElementsAre("meta load len => reg 1", "cmp eq reg 1 0x0000003c", "counter pkts 0 bytes 0"));
  EXPECT_THAT(Lines(Rule().Length(Comparison::kLessOrEqual, 60)),
              ElementsAre("meta load len => reg 1", "byteorder reg 1 = hton(reg 1, 4, 4)",
                          "cmp lte reg 1 0x3c000000", "counter pkts 0 bytes 0"));
}

TEST(NftCompile, IcmpTypeAndCodeAreOneLoad) {
  EXPECT_THAT(Lines(Rule().Icmp(IpFamily::kIpv4, 3)),
              ElementsAre("meta load nfproto => reg 1", "cmp eq reg 1 0x00000002",
                          "meta load l4proto => reg 1", "cmp eq reg 1 0x00000001",
                          "payload load 1b @ transport header + 0 => reg 1",
                          "cmp eq reg 1 0x00000003", "counter pkts 0 bytes 0"));
  EXPECT_THAT(Lines(Rule().Icmp(IpFamily::kIpv6, {1, 4})),
              ElementsAre("meta load nfproto => reg 1", "cmp eq reg 1 0x0000000a",
                          "meta load l4proto => reg 1", "cmp eq reg 1 0x0000003a",
                          "payload load 2b @ transport header + 0 => reg 1",
                          "cmp eq reg 1 0x00000401", "counter pkts 0 bytes 0"));
}

TEST(NftCompile, TproxyTakesThePacketThenMarksAndAcceptsIt) {
  EXPECT_THAT(Lines(Rule(Hook::kPrerouting).Family(IpFamily::kIpv4).SetMark(1).Tproxy(8080)),
              ElementsAre("meta load nfproto => reg 1", "cmp eq reg 1 0x00000002",
                          "meta load l4proto => reg 1", "cmp eq reg 1 0x00000006",
                          "counter pkts 0 bytes 0", "immediate reg 1 0x0000901f",
                          "tproxy ip port reg 1", "immediate reg 1 0x00000001",
                          "meta set mark with reg 1", "immediate reg 0 accept"));
}

TEST(NftCompile, ConnectionStatesAreBits) {
  EXPECT_THAT(
      Lines(Rule().InState({ConnectionState::kNew, ConnectionState::kEstablished})),
      ElementsAre("ct load state => reg 1", "bitwise reg 1 = ( reg 1 & 0x0000000a ) ^ 0x00000000",
                  "cmp neq reg 1 0x00000000", "counter pkts 0 bytes 0"));
}

TEST(NftCompile, PacketNumbers) {
  EXPECT_THAT(
      Lines(Rule().EveryNth(3)),
      ElementsAre("numgen reg 1 = inc mod 3", "cmp eq reg 1 0x00000002", "counter pkts 0 bytes 0"));
  EXPECT_THAT(
      Lines(Rule().First(3)),
      ElementsAre("numgen reg 1 = inc mod 4294967295", "byteorder reg 1 = hton(reg 1, 4, 4)",
                  "cmp lt reg 1 0x03000000", "counter pkts 0 bytes 0"));
}

TEST(NftCompile, LimitsComeBeforeTheCounter) {
  EXPECT_THAT(Lines(Rule().LimitOver(5, RateUnit::kMinute, 10).Drop()),
              ElementsAre("limit rate 5/minute burst 10 type packets flags 0x1",
                          "counter pkts 0 bytes 0", "immediate reg 0 drop"));
}

TEST(NftCompile, Rejects) {
  EXPECT_THAT(Lines(Rule().RejectWithTcpReset()),
              ElementsAre("meta load l4proto => reg 1", "cmp eq reg 1 0x00000006",
                          "counter pkts 0 bytes 0", "reject type 1 code 0"));
  EXPECT_THAT(Lines(Rule().Reject(IcmpCode::kAdminProhibited)),
              ElementsAre("meta load nfproto => reg 1", "cmp eq reg 1 0x00000002",
                          "counter pkts 0 bytes 0", "reject type 0 code 13"));
  EXPECT_THAT(Lines(Rule().Reject(Icmpv6Code::kRejectRoute)),
              ElementsAre("meta load nfproto => reg 1", "cmp eq reg 1 0x0000000a",
                          "counter pkts 0 bytes 0", "reject type 0 code 6"));
  EXPECT_THAT(Lines(Rule().Reject(IcmpxCode::kPortUnreachable)),
              ElementsAre("counter pkts 0 bytes 0", "reject type 2 code 1"));
}

}  // namespace
}  // namespace halfopen

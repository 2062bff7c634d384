// SPDX-License-Identifier: GPL-2.0-or-later
#include "fixtures/segment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include "harness/record/packet.h"

namespace halfopen {
namespace {

using testing::ElementsAre;

constexpr MacAddress kFrom = {2, 0, 0, 0, 0, 1};
constexpr MacAddress kTo = {2, 0, 0, 0, 0, 2};
constexpr std::size_t kEthernetHeader = 14;

Segment Example(const char* source, const char* destination, std::string payload = "odd") {
  return {.source = {IpAddress::Parse(source), 4660},
          .destination = {IpAddress::Parse(destination), 80},
          .flags = kPsh | kAck,
          .sequence = 0x89abcdef,
          .acknowledgment = 0xfedcba98,
          .window = 0xfaf0,
          .payload = std::move(payload)};
}

// RFC 1071 over the pseudo header and the segment, its checksum included: 0xffff if that is right.
std::uint32_t SumOf(const Bytes& packet, std::size_t header) {
  const std::size_t addresses = packet.at(0) >> 4 == 4 ? 12 : 8;
  std::uint32_t sum = IPPROTO_TCP + static_cast<std::uint32_t>(packet.size() - header);
  for (std::size_t at = addresses; at < packet.size(); ++at) {
    sum += at % 2 == 0 ? std::uint32_t{packet[at]} << 8 : std::uint32_t{packet[at]};
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

class SegmentTest : public testing::TestWithParam<IpFamily> {
 protected:
  static bool IsIpv4() { return GetParam() == IpFamily::kIpv4; }
  static std::size_t Header() { return IsIpv4() ? 20 : 40; }
  static Segment Make(std::string payload = "odd") {
    return IsIpv4() ? Example("10.0.0.1", "10.0.0.2", std::move(payload))
                    : Example("fd00::1", "fd00::2", std::move(payload));
  }
};

TEST_P(SegmentTest, IsDecodedAsItWasBuilt) {
  Segment segment = Make();
  segment.options = {{kOptionMss, {5, 180}}, {kOptionSackPermitted, {}}, {254, {1, 2, 3}}};
  const std::optional<Packet> packet = DecodeEthernet(ToFrame(segment, kFrom, kTo));
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->source, segment.source);
  EXPECT_EQ(packet->destination, segment.destination);
  EXPECT_EQ(packet->flags, segment.flags);
  EXPECT_EQ(packet->sequence, segment.sequence);
  EXPECT_EQ(packet->acknowledgment, segment.acknowledgment);
  EXPECT_EQ(packet->window, segment.window);
  EXPECT_EQ(packet->payload_length, 3u);
  EXPECT_THAT(packet->options,
              ElementsAre(TcpOption{kOptionMss, {5, 180}}, TcpOption{kOptionSackPermitted, {}},
                          TcpOption{254, {1, 2, 3}}));
}

TEST_P(SegmentTest, IsReadAsItWasBuilt) {
  Segment segment = Make();
  segment.options = {{kOptionTimestamps, {0, 0, 0, 1, 0, 0, 0, 2}}, {kOptionWindowScale, {7}}};
  EXPECT_EQ(ToSegment(ToFrame(segment, kFrom, kTo)), segment);
}

TEST_P(SegmentTest, HasNoPayloadWhereAShortFrameIsPadded) {
  Bytes frame = ToFrame(Make(""), kFrom, kTo);
  if (frame.size() < 60) frame.resize(60);
  ASSERT_TRUE(ToSegment(frame));
  EXPECT_EQ(ToSegment(frame)->payload, "");
}

TEST_P(SegmentTest, HasTheRightChecksum) {
  for (const char* payload : {"", "o", "od", "odd", "a longer one, of an odd length"}) {
    Segment segment = Make(payload);
    segment.options = {{kOptionMss, {5, 180}}};
    EXPECT_EQ(SumOf(ToIpPacket(segment), Header()), 0xffffu) << payload;
  }
}

TEST_P(SegmentTest, HasTheWrongChecksumWhereToldSo) {
  Segment segment = Make();
  segment.checksum = Checksum::kWrong;
  EXPECT_NE(SumOf(ToIpPacket(segment), Header()), 0xffffu);
  const Bytes frame = ToFrame(segment, kFrom, kTo);
  const Bytes packet(frame.begin() + kEthernetHeader,
                     frame.begin() + static_cast<std::ptrdiff_t>(kEthernetHeader + Header() + 23));
  EXPECT_NE(SumOf(packet, Header()), 0xffffu);
}

INSTANTIATE_TEST_SUITE_P(Families, SegmentTest, testing::Values(IpFamily::kIpv4, IpFamily::kIpv6),
                         [](const auto& info) { return std::string(ToString(info.param)); });

TEST(Segment, HasAnIdentificationOfItsOwnOverIpv4) {
  const Segment segment = Example("10.0.0.1", "10.0.0.2");
  EXPECT_NE(ToIpPacket(segment), ToIpPacket(segment));
}

TEST(Segment, TakesSequenceNumbers) {
  Segment segment = Example("10.0.0.1", "10.0.0.2", "four");
  EXPECT_EQ(segment.Length(), 4u);
  segment.flags = kFin | kAck;
  EXPECT_EQ(segment.Length(), 5u);
  segment.flags = kSyn;
  segment.payload.clear();
  EXPECT_EQ(segment.Length(), 1u);
}

TEST(Segment, IsReadFromNothingElse) {
  const Bytes frame = ToFrame(Example("10.0.0.1", "10.0.0.2"), kFrom, kTo);
  EXPECT_EQ(ToSegment(std::span(frame).first(30)), std::nullopt);
  EXPECT_EQ(ToSegment({}), std::nullopt);
  Bytes arp(42, 0);
  arp[12] = 8;
  arp[13] = 6;
  EXPECT_EQ(ToSegment(arp), std::nullopt);
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "fixtures/segment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "harness/record/packet.h"

namespace halfopen {
namespace {

Segment Example(const char* source, const char* destination) {
  return {.source = {IpAddress::Parse(source), 4660},
          .destination = {IpAddress::Parse(destination), 80},
          .flags = kPsh | kAck,
          .sequence = 0x89abcdef,
          .acknowledgment = 0xfedcba98,
          .window = 0xfaf0,
          .payload = "odd"};
}

std::optional<Packet> Decode(const Segment& segment) {
  const std::string bytes = ToPacket(segment);
  return DecodeIp(std::vector<std::uint8_t>(bytes.begin(), bytes.end()));
}

TEST(Segment, IsDecodedAsItWasBuilt) {
  for (const Segment& segment : {Example("10.0.0.1", "10.0.0.2"), Example("fd00::1", "fd00::2")}) {
    const std::optional<Packet> packet = Decode(segment);
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->protocol, IPPROTO_TCP);
    EXPECT_EQ(packet->source, segment.source);
    EXPECT_EQ(packet->destination, segment.destination);
    EXPECT_EQ(packet->flags, segment.flags);
    EXPECT_EQ(packet->sequence, segment.sequence);
    EXPECT_EQ(packet->acknowledgment, segment.acknowledgment);
    EXPECT_EQ(packet->window, segment.window);
    EXPECT_EQ(packet->payload_length, 3u);
  }
}

// RFC 1071, computed by other means.
TEST(Segment, HasTheChecksumsOfItsPacket) {
  const std::string ipv4 = ToPacket(Example("10.0.0.1", "10.0.0.2"));
  const auto word = [](const std::string& bytes, std::size_t at) {
    return static_cast<std::uint8_t>(bytes[at]) << 8 | static_cast<std::uint8_t>(bytes[at + 1]);
  };
  EXPECT_EQ(word(ipv4, 10), 0x66cb);
  EXPECT_EQ(word(ipv4, 20 + 16), 0xa9dc);
  EXPECT_EQ(word(ToPacket(Example("fd00::1", "fd00::2")), 40 + 16), 0xc3da);
}

}  // namespace
}  // namespace halfopen

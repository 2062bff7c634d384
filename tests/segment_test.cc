// SPDX-License-Identifier: GPL-2.0-or-later
#include "fixtures/segment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/packet_bytes.h"

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

ByteString BytesOf(const Segment& segment) {
  const Bytes bytes = ToBytes(segment);
  return ByteString(bytes.begin(), bytes.end());
}

TEST(Segment, IsDecodedAsItWasBuilt) {
  const Segment segment = Example("10.0.0.1", "10.0.0.2");
  const std::optional<Packet> packet = DecodeIp(Ipv4(IPPROTO_TCP, BytesOf(segment)));
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->source, segment.source);
  EXPECT_EQ(packet->destination, segment.destination);
  EXPECT_EQ(packet->flags, segment.flags);
  EXPECT_EQ(packet->sequence, segment.sequence);
  EXPECT_EQ(packet->acknowledgment, segment.acknowledgment);
  EXPECT_EQ(packet->window, segment.window);
  EXPECT_EQ(packet->payload_length, 3u);
}

TEST(Segment, HasTheChecksumOfItsFamily) {
  const auto checksum = [](const Bytes& bytes) { return bytes.at(16) << 8 | bytes.at(17); };
  EXPECT_EQ(checksum(ToBytes(Example("10.0.0.1", "10.0.0.2"))), 0xa9dc);
  EXPECT_EQ(checksum(ToBytes(Example("fd00::1", "fd00::2"))), 0xc3da);
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/record/packet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>

#include "tests/packet_bytes.h"

namespace halfopen {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Packet, ReadsEveryTcpField) {
  const auto packet = DecodeIp(Ipv4(IPPROTO_TCP, Tcp({.flags = kSyn | kAck}) + Text("hello")));
  ASSERT_TRUE(packet);
  Packet expected;
  expected.protocol = IPPROTO_TCP;
  expected.source = {IpAddress::Parse("10.0.0.1"), 0x1234};
  expected.destination = {IpAddress::Parse("10.0.0.2"), 80};
  expected.flags = kSyn | kAck;
  expected.sequence = 0x89abcdef;
  expected.acknowledgment = 0xfedcba98;
  expected.window = 0xfaf0;
  expected.payload_length = 5;
  EXPECT_EQ(*packet, expected);
}

TEST(Packet, ReadsTcpOverIpv6) {
  const auto packet = DecodeIp(Ipv6(IPPROTO_TCP, Tcp({.flags = kRst}) + Text("xyz")));
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->source.ToString(), "[fd00::1]:4660");
  EXPECT_EQ(packet->destination.ToString(), "[fd00::2]:80");
  EXPECT_EQ(packet->flags, kRst);
  EXPECT_EQ(packet->payload_length, 3u);
}

TEST(Packet, ReadsTcpOptionsWithoutPadding) {
  const ByteString options = {2, 4, 5, 0xb4, 1, 3, 3, 7, 4, 2, 0, 0};
  const auto packet = DecodeIp(Ipv4(IPPROTO_TCP, Tcp({.options = options})));
  ASSERT_TRUE(packet);
  EXPECT_THAT(packet->options,
              ElementsAre(TcpOption{kOptionMss, {5, 0xb4}}, TcpOption{kOptionWindowScale, {7}},
                          TcpOption{kOptionSackPermitted, {}}));
  EXPECT_EQ(packet->payload_length, 0u);
}

TEST(Packet, OptionsEndAtTheFirstImpossibleLength) {
  const auto options_of = [](const ByteString& options) {
    const auto packet = DecodeIp(Ipv4(IPPROTO_TCP, Tcp({.options = options}) + Text("tail")));
    EXPECT_TRUE(packet);
    return packet ? packet->options : std::vector<TcpOption>{};
  };
  const TcpOption permitted{kOptionSackPermitted, {}};
  EXPECT_THAT(options_of({4, 2, 8, 0}), ElementsAre(permitted));
  EXPECT_THAT(options_of({4, 2, 8, 1}), ElementsAre(permitted));
  EXPECT_THAT(options_of({4, 2, 8, 10}), ElementsAre(permitted)) << "reaches into the payload";
  EXPECT_THAT(options_of({4, 2, 1, 8}), ElementsAre(permitted)) << "no length byte is left";
  EXPECT_THAT(options_of({0, 4, 2, 1}), IsEmpty()) << "behind the end-of-list";
}

TEST(Packet, StepsOverIpv4Options) {
  const auto packet = DecodeIp(
      Ipv4(IPPROTO_TCP, Tcp({.flags = kFin | kAck}) + Text("ab"), {.options = {1, 1, 1, 0}}));
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->destination.port, 80);
  EXPECT_EQ(packet->flags, kFin | kAck);
  EXPECT_EQ(packet->payload_length, 2u);
}

TEST(Packet, PayloadLengthIsTheIpHeadersNotTheCapturedBytes) {
  const ByteString whole = Ipv4(IPPROTO_TCP, Tcp({}) + ByteString(1000, 'x'));
  const auto cut = DecodeIp(std::span(whole).first(40));
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->payload_length, 1000u);
  // Ethernet pads a short frame to 60 bytes; the padding is no payload.
  const auto padded = DecodeEthernet(Ethernet(0x0800, Ipv4(IPPROTO_TCP, Tcp({}))) + Text("pad"));
  ASSERT_TRUE(padded);
  EXPECT_EQ(padded->payload_length, 0u);
}

TEST(Packet, RefusesTcpHeaderThatIsNotWhole) {
  const ByteString whole = Ipv4(IPPROTO_TCP, Tcp({.options = {1, 1, 1, 1}}));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(DecodeIp(std::span(whole).first(length))) << length;
  }
  EXPECT_TRUE(DecodeIp(whole));
}

TEST(Packet, RefusesLengthsThatContradictEachOther) {
  ByteString bytes = Ipv4(IPPROTO_TCP, Tcp({}));
  bytes[3] = 39;  // total length ends inside the TCP header
  EXPECT_FALSE(DecodeIp(bytes));
  bytes[3] = 19;  // … inside the IP header
  EXPECT_FALSE(DecodeIp(bytes));
  bytes = Ipv4(IPPROTO_TCP, Tcp({}));
  bytes[0] = 0x44;  // IP header of 16 bytes
  EXPECT_FALSE(DecodeIp(bytes));
  bytes = Ipv4(IPPROTO_TCP, Tcp({}));
  bytes[32] = 0x40;  // TCP header of 16 bytes
  EXPECT_FALSE(DecodeIp(bytes));
  bytes = Ipv6(IPPROTO_TCP, Tcp({}));
  bytes[5] = 19;  // payload length ends inside the TCP header
  EXPECT_FALSE(DecodeIp(bytes));
}

TEST(Packet, RefusesOtherVersionsOfIp) {
  ByteString bytes = Ipv4(IPPROTO_TCP, Tcp({}));
  bytes[0] = 0x55;
  EXPECT_FALSE(DecodeIp(bytes));
  EXPECT_FALSE(DecodeIp({}));
}

TEST(Packet, FirstFragmentHasTcpFieldsAndLaterOnesOnlyTheProtocol) {
  const ByteString segment = Tcp({.flags = kAck}) + Text("12345678");
  const auto first = DecodeIp(Ipv4(IPPROTO_TCP, segment, {.fragment = 0x2000}));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->destination.port, 80);
  EXPECT_EQ(first->payload_length, 8u);

  Packet expected;
  expected.protocol = IPPROTO_TCP;
  expected.source.address = IpAddress::Parse("10.0.0.1");
  expected.destination.address = IpAddress::Parse("10.0.0.2");
  EXPECT_EQ(DecodeIp(Ipv4(IPPROTO_TCP, segment, {.fragment = 0x0001})), expected);
  EXPECT_EQ(DecodeIp(Ipv4(IPPROTO_TCP, Text("x"), {.fragment = 0x2003})), expected);
  EXPECT_FALSE(DecodeIp(Ipv4(IPPROTO_TCP, Text("x"), {.fragment = 0x4000})))
      << "don't-fragment is no fragment";
}

TEST(Packet, StepsOverIpv6ExtensionHeaders) {
  const ByteString segment = Tcp({.flags = kPsh | kAck}) + Text("data");
  const auto packet = DecodeIp(Ipv6(
      IPPROTO_HOPOPTS, Extension(IPPROTO_DSTOPTS, 0) + Extension(IPPROTO_ROUTING, 2) +
                           Extension(IPPROTO_FRAGMENT, 1) + Fragment6(IPPROTO_DSTOPTS, 0x0001) +
                           Extension(IPPROTO_TCP, 0) + segment));
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->protocol, IPPROTO_TCP);
  EXPECT_EQ(packet->flags, kPsh | kAck);
  EXPECT_EQ(packet->payload_length, 4u);
}

TEST(Packet, Ipv6LaterFragmentHasOnlyTheProtocol) {
  const auto packet = DecodeIp(Ipv6(IPPROTO_FRAGMENT, Fragment6(IPPROTO_TCP, 0x0008) + Tcp({})));
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->protocol, IPPROTO_TCP);
  EXPECT_EQ(packet->source.ToString(), "[fd00::1]:0");
  EXPECT_EQ(packet->sequence, 0u);
}

TEST(Packet, RefusesExtensionHeaderBeyondTheIpLength) {
  EXPECT_FALSE(DecodeIp(Ipv6(IPPROTO_HOPOPTS, ByteString{IPPROTO_TCP, 9, 0, 0, 0, 0, 0, 0})));
  EXPECT_FALSE(DecodeIp(Ipv6(IPPROTO_HOPOPTS, ByteString{IPPROTO_TCP, 0, 0, 0})));
}

TEST(Packet, ReadsIcmpTypeAndCode) {
  const auto unreachable = DecodeIp(Ipv4(IPPROTO_ICMP, Icmp(3, 13) + Ipv4(IPPROTO_TCP, Tcp({}))));
  ASSERT_TRUE(unreachable);
  EXPECT_EQ(unreachable->protocol, IPPROTO_ICMP);
  EXPECT_EQ(unreachable->icmp.type, 3);
  EXPECT_EQ(unreachable->icmp.code, 13);
  EXPECT_EQ(unreachable->source.port, 0);
  EXPECT_EQ(unreachable->payload_length, 0u);

  const auto too_big = DecodeIp(Ipv6(IPPROTO_ICMPV6, Icmp(2, 1)));
  ASSERT_TRUE(too_big);
  EXPECT_EQ(too_big->icmp.type, 2);
  EXPECT_EQ(too_big->icmp.code, 1);

  // Another family's ICMP is an unknown protocol.
  const auto foreign = DecodeIp(Ipv4(IPPROTO_ICMPV6, Icmp(128, 1)));
  ASSERT_TRUE(foreign);
  EXPECT_EQ(foreign->icmp.type, 0);
}

TEST(Packet, ReadsTheSegmentThatAnIcmpErrorQuotes) {
  // A router quotes at least the IP header and 8 bytes more (RFC 792).
  const ByteString segment = Ipv4(IPPROTO_TCP, Tcp({}), {.options = {1, 1, 1, 0}}).First(32);
  const auto unreachable = DecodeIp(Ipv4(IPPROTO_ICMP, Icmp(3, 1) + segment));
  ASSERT_TRUE(unreachable && unreachable->quoted);
  EXPECT_EQ(unreachable->quoted->source.ToString(), "10.0.0.1:4660");
  EXPECT_EQ(unreachable->quoted->destination.ToString(), "10.0.0.2:80");
  EXPECT_EQ(unreachable->quoted->sequence, 0x89abcdef);
  EXPECT_EQ(unreachable->icmp_value, 0u);

  const ByteString chain = Ipv6(IPPROTO_DSTOPTS, Extension(IPPROTO_TCP, 0) + Tcp({}));
  const auto unknown = DecodeIp(Ipv6(IPPROTO_ICMPV6, Icmp(100, 0) + chain));
  ASSERT_TRUE(unknown && unknown->quoted) << "ICMPv6 types below 128 are errors, known or not";
  EXPECT_EQ(unknown->quoted->destination.ToString(), "[fd00::2]:80");
}

TEST(Packet, QuotesNothingThatIsNoSegmentOrTooShort) {
  const auto quoted = [](const ByteString& message) {
    const auto packet = DecodeIp(Ipv4(IPPROTO_ICMP, message));
    EXPECT_TRUE(packet);
    return packet && packet->quoted.has_value();
  };
  const ByteString segment = Ipv4(IPPROTO_TCP, Tcp({}));
  EXPECT_TRUE(quoted(Icmp(11, 0) + segment));
  EXPECT_FALSE(quoted(Icmp(11, 0) + segment.First(27)));
  EXPECT_FALSE(quoted(Icmp(11, 0) + Ipv4(IPPROTO_UDP, Tcp({}))));
  EXPECT_FALSE(quoted(Icmp(11, 0) + Ipv4(IPPROTO_TCP, Tcp({}), {.fragment = 6})));
  EXPECT_FALSE(quoted(Icmp(8, 0) + segment)) << "an echo request is no error";
  EXPECT_FALSE(quoted(Icmp(3, 0)));
}

TEST(Packet, ReadsMtuAndPointerOfIcmpErrors) {
  const auto v4 = [](const ByteString& m) { return DecodeIp(Ipv4(IPPROTO_ICMP, m))->icmp_value; };
  EXPECT_EQ(v4(Icmp(3, 4, {0xff, 0xff, 0x05, 0x14})), 1300u);
  EXPECT_EQ(v4(Icmp(3, 3, {0xff, 0xff, 0x05, 0x14})), 0u);
  EXPECT_EQ(v4(Icmp(12, 0, {20, 1, 2, 3})), 20u);
  const auto v6 = [](const ByteString& m) { return DecodeIp(Ipv6(IPPROTO_ICMPV6, m))->icmp_value; };
  EXPECT_EQ(v6(Icmp(2, 0, {0, 1, 0, 0})), 65536u);
  EXPECT_EQ(v6(Icmp(4, 1, {0, 0, 0, 40})), 40u);
  EXPECT_EQ(v6(Icmp(1, 0, {0, 0, 0, 40})), 0u);
}

TEST(Packet, NeighbourResolutionReadsTheSameInBothFamilies) {
  const auto request = DecodeEthernet(Ethernet(0x0806, Arp(1)));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->neighbour, Neighbour::kWhoHas);
  EXPECT_EQ(request->source.address.ToString(), "10.0.0.1");
  EXPECT_EQ(request->destination.address.ToString(), "10.0.0.2");
  EXPECT_EQ(DecodeEthernet(Ethernet(0x0806, Arp(2)))->neighbour, Neighbour::kIsAt);

  const auto solicitation = DecodeIp(Ipv6(IPPROTO_ICMPV6, NeighbourDiscovery(135)));
  ASSERT_TRUE(solicitation);
  EXPECT_EQ(solicitation->neighbour, Neighbour::kWhoHas);
  EXPECT_EQ(solicitation->source.address.ToString(), "fd00::1");
  EXPECT_EQ(solicitation->destination.address.ToString(), "fd00::9") << "the target, not the group";
  const auto advertisement = DecodeIp(Ipv6(IPPROTO_ICMPV6, NeighbourDiscovery(136)));
  ASSERT_TRUE(advertisement);
  EXPECT_EQ(advertisement->neighbour, Neighbour::kIsAt);
  EXPECT_EQ(advertisement->source.address.ToString(), "fd00::9");
  EXPECT_EQ(advertisement->destination.address.ToString(), "fd00::2");
}

TEST(Packet, RefusesArpOfAnotherKind) {
  EXPECT_FALSE(DecodeEthernet(Ethernet(0x0806, Arp(3))));
  EXPECT_FALSE(DecodeEthernet(Ethernet(0x0806, Arp(1).First(27))));
  ByteString other = Arp(1);
  other[1] = 6;  // IEEE 802 instead of Ethernet
  EXPECT_FALSE(DecodeEthernet(Ethernet(0x0806, other)));
}

TEST(Packet, KeepsOtherProtocolsByNumber) {
  const auto packet = DecodeIp(Ipv4(IPPROTO_UDP, ByteString(8, 0x11)));
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->protocol, IPPROTO_UDP);
  EXPECT_EQ(packet->source.port, 0);
}

TEST(Packet, ReadsEthernetWithAndWithoutVlanTags) {
  const ByteString ipv4 = Ipv4(IPPROTO_TCP, Tcp({}));
  const auto plain = DecodeEthernet(Ethernet(0x0800, ipv4));
  ASSERT_TRUE(plain);
  EXPECT_EQ(DecodeEthernet(Ethernet(0x8100, ByteString{0, 5, 8, 0} + ipv4)), plain);
  EXPECT_EQ(DecodeEthernet(Ethernet(0x88a8, ByteString{0, 5, 0x81, 0, 0, 6, 8, 0} + ipv4)), plain);
  EXPECT_TRUE(DecodeEthernet(Ethernet(0x86dd, Ipv6(IPPROTO_TCP, Tcp({})))));
}

TEST(Packet, RefusesFramesWithoutIp) {
  const ByteString ipv4 = Ipv4(IPPROTO_TCP, Tcp({}));
  EXPECT_FALSE(DecodeEthernet(Ethernet(0x0806, ipv4))) << "ARP that is none";
  EXPECT_FALSE(DecodeEthernet(Ethernet(0x86dd, ipv4))) << "type and version disagree";
  EXPECT_FALSE(DecodeEthernet(Ethernet(0x0800, {})));
  EXPECT_FALSE(DecodeEthernet(Ethernet(0x8100, {0, 5})));
}

// For the address sanitizer: each input is a heap block of exactly its size.
TEST(Packet, AnyTruncationAndAnyWrongByteIsSafe) {
  std::size_t decoded = 0;
  for (const ByteString& frame : SampleFrames()) {
    for (std::size_t length = 0; length <= frame.size(); ++length) {
      const std::vector<std::uint8_t> prefix(frame.begin(), frame.begin() + length);
      decoded += DecodeEthernet(prefix).has_value();
    }
    const std::size_t headers = std::min<std::size_t>(frame.size(), 140);
    for (std::size_t at = 0; at < headers; ++at) {
      for (int value = 0; value < 256; ++value) {
        std::vector<std::uint8_t> changed(frame.begin(), frame.begin() + headers);
        changed[at] = static_cast<std::uint8_t>(value);
        decoded += DecodeEthernet(changed).has_value();
      }
    }
  }
  EXPECT_GT(decoded, 0u);
}

}  // namespace
}  // namespace halfopen

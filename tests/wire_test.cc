// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/timeline/wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixtures/segment.h"
#include "tests/packet_bytes.h"

namespace halfopen {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Field;

const IpAddress kClient = IpAddress::Parse("10.0.0.1");
const IpAddress kServer = IpAddress::Parse("10.0.0.2");
const IpAddress kRouter = IpAddress::Parse("10.0.0.254");
constexpr TimePoint kStart{1h};

// A record of the taps client, router (two of them) and server, on two links in a row.
class WireTest : public testing::Test {
 protected:
  WireTest() {
    record_.start = kStart;
    record_.taps = {{"client", "veth0", "", {kClient}, {}, 0, false},
                    {"router", "to-client", "", {kRouter}, {}, 0, true},
                    {"router", "to-server", "", {}, {}, 1, true},
                    {"server", "veth0", "", {kServer}, {}, 1, false}};
  }

  void Sees(Duration time, std::size_t tap, bool sent, const ByteString& bytes) {
    record_.packets.push_back({kStart + time, tap, sent, *DecodeIp(bytes), bytes});
  }
  // The client's segment with this much payload on its first link.
  void CrossesFirstLink(Duration time, std::size_t payload) {
    Sees(time, 0, true, Segment(payload));
    Sees(time + 1us, 1, false, Segment(payload));
  }
  void CrossesSecondLink(Duration time, std::size_t payload) {
    Sees(time, 2, true, Segment(payload));
    Sees(time + 1us, 3, false, Segment(payload));
  }
  static ByteString Segment(std::size_t payload) {
    return Ipv4(IPPROTO_TCP, Tcp({}) + ByteString(payload, 'x'));
  }
  static auto Arrived(Duration time) {
    return Field(&WirePacket::arrived, std::optional(kStart + time));
  }
  static auto Lost() { return Field(&WirePacket::arrived, std::nullopt); }

  RawRecord record_;
};

TEST_F(WireTest, AForwardedPacketIsOne) {
  CrossesFirstLink(0us, 1);
  CrossesSecondLink(10us, 1);
  const std::vector<WirePacket> wire = BuildWire(record_);
  ASSERT_THAT(wire, ElementsAre(Arrived(11us)));
  EXPECT_EQ(wire[0].time, kStart);
  EXPECT_EQ(wire[0].from, "client");
  EXPECT_EQ(wire[0].to, "server");
}

TEST_F(WireTest, APacketThatTheRouterDropsHasNotArrived) {
  CrossesFirstLink(0us, 1);
  CrossesFirstLink(20us, 2);
  CrossesSecondLink(30us, 2);
  EXPECT_THAT(BuildWire(record_), ElementsAre(Lost(), Arrived(31us)));
}

TEST_F(WireTest, OfTwoThatAreTheSameTheLastIsPassedOn) {
  CrossesFirstLink(0us, 1);
  CrossesFirstLink(1s, 1);
  CrossesSecondLink(1s + 10us, 1);
  EXPECT_THAT(BuildWire(record_), ElementsAre(Lost(), Arrived(1s + 11us)));
}

TEST_F(WireTest, WhatTheRouterSaysIsFromTheRouterWhoseverNameItBears) {
  CrossesFirstLink(0us, 1);
  ByteString reset = Ipv4(IPPROTO_TCP, Tcp({.flags = kRst}));
  std::swap_ranges(reset.begin() + 12, reset.begin() + 16, reset.begin() + 16);  // addresses
  Sees(5us, 1, true, reset);
  Sees(6us, 0, false, reset);
  const std::vector<WirePacket> wire = BuildWire(record_);
  ASSERT_THAT(wire, ElementsAre(Lost(), Arrived(6us)));
  EXPECT_EQ(wire[1].from, "router");
  EXPECT_EQ(wire[1].to, "client");
}

TEST_F(WireTest, APacketToTheRouterArrivesThere) {
  ByteString segment = Segment(1);
  segment[19] = 254;  // the destination's last byte
  Sees(0us, 0, true, segment);
  Sees(1us, 1, false, segment);
  const std::vector<WirePacket> wire = BuildWire(record_);
  ASSERT_THAT(wire, ElementsAre(Arrived(1us)));
  EXPECT_EQ(wire[0].to, "router");
}

TEST_F(WireTest, AFaultOfTheRouterMarksThePacket) {
  CrossesFirstLink(0us, 1);
  record_.faults["halfopen-1"] = "ip saddr 10.0.0.1 drop";
  record_.hits.push_back({kStart + 2us, "router", "halfopen-1", Segment(1)});
  const std::vector<WirePacket> wire = BuildWire(record_);
  ASSERT_THAT(wire, ElementsAre(Lost()));
  EXPECT_EQ(wire[0].fault, "ip saddr 10.0.0.1 drop");
}

TEST_F(WireTest, APacketThatCameBeforeTheFaultWasArmedDidNotHitIt) {
  CrossesFirstLink(0us, 1);
  CrossesFirstLink(1s, 1);
  CrossesFirstLink(2s, 1);
  record_.faults["halfopen-1"] = "drop";
  record_.hits.push_back({kStart + 1s + 2us, "router", "halfopen-1", Segment(1)});
  const auto arm = [&](Duration since) {
    record_.events = {{kStart + since,
                       std::make_shared<const nlohmann::json>(nlohmann::json{
                           {"kind", "fault"}, {"name", "halfopen-1"}, {"armed", true}}),
                       nullptr}};
  };
  const auto hit = [&] {
    std::vector<bool> hits;
    for (const WirePacket& packet : BuildWire(record_)) hits.push_back(!packet.fault.empty());
    return hits;
  };
  arm(500ms);
  EXPECT_THAT(hit(), ElementsAre(false, true, false));
  arm(1s + 1us);  // told when the packet had come already
  EXPECT_THAT(hit(), ElementsAre(false, true, false));
  record_.events.clear();
  EXPECT_THAT(hit(), ElementsAre(true, false, false));
}

TEST_F(WireTest, LoopbackHasOneTapThatSeesBothEnds) {
  record_.taps = {{"loopback", "lo", "", {kClient, kServer}, {}, 0, false}};
  Sees(0us, 0, true, Segment(1));
  Sees(10us, 0, true, Segment(2));
  EXPECT_THAT(BuildWire(record_), ElementsAre(Arrived(0us), Arrived(10us)));
}

TEST_F(WireTest, WhatNobodyWasSeenToSendStandsForItself) {
  Sees(7us, 0, false, Segment(1));
  EXPECT_THAT(BuildWire(record_), ElementsAre(Arrived(7us)));
}

// A connection whose client sends another SYN, `ahead` of its first, and what the server says then.
class SecondSynTest : public WireTest {
 protected:
  std::vector<WirePacket> Wire(std::uint32_t ahead, std::uint8_t answer) {
    Says(kClient, kSyn, kOwn, 0);
    Says(kServer, kSyn | kAck, kTheirs, kOwn + 1);
    Says(kClient, kSyn, kOwn + ahead, 0);
    Says(kServer, answer, kTheirs + 1, kOwn + 1);
    return BuildWire(record_);
  }

 private:
  static constexpr std::uint32_t kOwn = 1000;
  static constexpr std::uint32_t kTheirs = 70000;

  void Says(const IpAddress& from, std::uint8_t flags, std::uint32_t sequence,
            std::uint32_t acknowledgment) {
    const Bytes bytes = ToIpPacket({.source = {from, 80},
                                    .destination = {from == kClient ? kServer : kClient, 80},
                                    .flags = flags,
                                    .sequence = sequence,
                                    .acknowledgment = acknowledgment});
    Sees(time_ += 10us, from == kClient ? 0 : 1, true, ByteString(bytes.begin(), bytes.end()));
  }

  Duration time_{0};
};

TEST_F(SecondSynTest, OneThatIsChallengedInTheWindowBelongsToTheConnection) {
  const std::vector<WirePacket> wire = Wire(5000, kAck);
  EXPECT_EQ(wire[2].sequence, 5000u);
  EXPECT_EQ(wire[3].sequence, 1u);
  EXPECT_EQ(wire[3].acknowledgment, 1u);
}

TEST_F(SecondSynTest, OneThatIsAnsweredBeginsANewConnection) {
  EXPECT_EQ(Wire(5000, kSyn | kAck)[2].sequence, 0u);
  EXPECT_EQ(Wire(5000, kRst | kAck)[2].sequence, 0u);
}

TEST_F(SecondSynTest, OneOutsideTheWindowBeginsANewConnection) {
  EXPECT_EQ(Wire(100'000, kAck)[2].sequence, 0u);
}

}  // namespace
}  // namespace halfopen

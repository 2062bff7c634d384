// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/craft/crafted_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/craft/crafted_script.h"

namespace halfopen {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Endpoint kLineHere{IpAddress::Parse("fd00::2"), 80};
const Endpoint kLineThere{IpAddress::Parse("fd00::1"), 4660};
constexpr std::uint32_t kLineOwn = 0xfffffff0;     // this end's first number, about to wrap
constexpr std::uint32_t kLineTheirs = 0x80000000;  // the other end's

// An end whose handshake is over.
CraftedConnection Established(std::vector<SegmentOption> options = {}) {
  CraftedConnection connection(kLineHere);
  connection.set_initial_sequence(kLineOwn);
  connection.Listen(80, options);
  for (SegmentOption& option : options) option.data.resize(8);
  Segment heard{.source = kLineThere,
                .destination = kLineHere,
                .flags = kSyn,
                .sequence = kLineTheirs,
                .options = options};
  connection.Hear(heard);
  heard.flags = kAck;
  heard.sequence = kLineTheirs + 1;
  heard.acknowledgment = kLineOwn + 1;
  connection.Hear(heard);
  return connection;
}

Segment Crafted(std::string_view line, const CraftedConnection& connection = Established()) {
  return CraftedFrom(CraftedScript::Parse(line).lines().at(0), connection);
}

TEST(CraftedLine, HasTheNumbersOfTheWire) {
  const Segment segment = Crafted("server > client P. 1:21(20) ack 7 win 500");
  EXPECT_EQ(segment.flags, kPsh | kAck);
  EXPECT_EQ(segment.sequence, kLineOwn + 1);
  EXPECT_EQ(segment.acknowledgment, kLineTheirs + 7);
  EXPECT_EQ(segment.window, 500);
  EXPECT_EQ(segment.payload, "0123456789abcdefghij");
  EXPECT_THAT(segment.options, IsEmpty());
}

TEST(CraftedLine, WrapsAround) {
  EXPECT_EQ(Crafted("server > client R 17:17(0)").sequence, 1u);
  EXPECT_EQ(Crafted("server > client R 4294967295:4294967295(0)").sequence, kLineOwn - 1);
  EXPECT_EQ(Crafted("server > client . 1:1(0) ack 4294967295").acknowledgment, kLineTheirs - 1);
}

TEST(CraftedLine, AcknowledgesWhatCameInOrderUnlessItSaysOtherwise) {
  CraftedConnection connection = Established();
  connection.Hear({.source = kLineThere,
                   .destination = kLineHere,
                   .flags = kAck,
                   .sequence = kLineTheirs + 1,
                   .acknowledgment = kLineOwn + 1,
                   .payload = "ping"});
  EXPECT_EQ(Crafted("server > client . 1:1(0)", connection).acknowledgment, kLineTheirs + 5);
  EXPECT_EQ(Crafted("server > client . 1:1(0) ack 1", connection).acknowledgment, kLineTheirs + 1);
  EXPECT_EQ(Crafted("server > client R 1:1(0)", connection).acknowledgment, 0u);
}

TEST(CraftedLine, HasTheWindowOfItsEndUnlessItSaysOtherwise) {
  CraftedConnection connection = Established();
  connection.set_window(4000);
  EXPECT_EQ(Crafted("server > client . 1:1(0)", connection).window, 4000);
  EXPECT_EQ(Crafted("server > client . 1:1(0) win 0", connection).window, 0);
}

TEST(CraftedLine, HasItsOptionsWithTheNumbersOfTheWire) {
  const Segment segment =
      Crafted("server > client . 1:1(0) <mss 1460,sack 1:5,TS val 1 ecr 2,option 254 0a0b>");
  EXPECT_THAT(segment.options,
              ElementsAre(SegmentOption{kOptionMss, {5, 180}},
                          SegmentOption{kOptionSack, {0x80, 0, 0, 1, 0x80, 0, 0, 5}},
                          SegmentOption{kOptionTimestamps, {0, 0, 0, 1, 0, 0, 0, 2}},
                          SegmentOption{254, {10, 11}}));
}

TEST(CraftedLine, HasTimestampsWhereBothEndsAgreed) {
  const CraftedConnection connection = Established({{kOptionTimestamps, {}}});
  const SegmentOption filled_in{kOptionTimestamps, {}};
  EXPECT_THAT(Crafted("server > client . 1:1(0)", connection).options, ElementsAre(filled_in));
  EXPECT_THAT(Crafted("server > client . 1:1(0) <>", connection).options, IsEmpty());
  EXPECT_THAT(Crafted("server > client . 1:1(0) <TS>").options, ElementsAre(filled_in));
}

TEST(CraftedLine, NeedsTheValueOfAnOption) {
  EXPECT_THROW(Crafted("server > client S 0:0(0) <mss>"), NotationError);
}

TEST(CraftedLine, MatchesWhatTheOtherEndSent) {
  const CraftedConnection connection = Established();
  const Segment heard{.source = kLineThere,
                      .destination = kLineHere,
                      .flags = kAck,
                      .sequence = kLineTheirs + 1,
                      .acknowledgment = kLineOwn + 21,
                      .window = 500,
                      .payload = "ping",
                      .options = {{kOptionSack, {0, 0, 0, 1, 0, 0, 0, 2}}}};
  const auto matches = [&](std::string_view line) {
    return IsSegment(CraftedScript::Parse(line).lines().at(0), heard, connection);
  };
  EXPECT_TRUE(matches("client > server . 1:5(4)"));
  EXPECT_TRUE(matches("client > server . 1:5(4) ack 21 win 500 <sack 17:18>"));
  EXPECT_FALSE(matches("client > server P. 1:5(4)"));
  EXPECT_FALSE(matches("client > server . 2:6(4)"));
  EXPECT_FALSE(matches("client > server . 1:4(3)"));
  EXPECT_FALSE(matches("client > server . 1:5(4) ack 20"));
  EXPECT_FALSE(matches("client > server . 1:5(4) win 501"));
  EXPECT_FALSE(matches("client > server . 1:5(4) <sack 17:19>"));
  EXPECT_FALSE(matches("client > server . 1:5(4) <>"));
}

TEST(CraftedScript, SaysInWhichLineItIsMoreThanSegments) {
  const auto error = [](std::string_view text) -> std::string {
    try {
      CraftedScript::Parse(text);
    } catch (const NotationError& malformed) {
      return malformed.what();
    }
    return "";
  };
  EXPECT_EQ(error("server > client S. 0:0(0) ack 1 <mss 1460> *2"), "");
  EXPECT_THAT(error("server > client R 1:1(0)\n? server > client R 1:1(0)"), HasSubstr("line 2: "));
  EXPECT_THAT(error("server >| client R 1:1(0)"), HasSubstr("no '>|'"));
  EXPECT_THAT(error("server > client R 1:1(0)\n+1s server > client R 1:1(0)"),
              HasSubstr("no +time"));
  EXPECT_THAT(error("handshake"), HasSubstr("no handshake"));
  EXPECT_THAT(error("server > client R 1:1(0)\nquiet 1s"), HasSubstr("no quiet"));
  EXPECT_THAT(error("server > client icmp port-unreachable"), HasSubstr("no ICMP"));
  EXPECT_THAT(error("server > client R 1:1(0) *many"), HasSubstr("a number behind the '*'"));
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/wire_diff.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/expect_packets.h"

namespace halfopen {
namespace {

using namespace std::chrono_literals;

// The diff with a newline in front, so that golden texts can start on their own line.
std::string Diff(const Script& script, const std::vector<Binding>& bindings,
                 const std::vector<WirePacket>& packets,
                 const std::vector<Annotation>& annotations = {}, Duration end = 10s) {
  const Judgement judgement =
      Judge(script, bindings,
            {.packets = packets, .end = kStart + end, .lateness = [](Duration, auto, auto) {
               return Duration(32ms);
             }});
  return fmt::format("\n{}\n", PrintDiff(judgement, packets, annotations));
}

TEST(WireDiff, MissingProbeStandsWhereItWasExpected) {
  const auto packets = MakePackets({{0us, "client > server S 0:0(0)"},
                                    {41us, "server > client S. 0:0(0) ack 1"},
                                    {67us, "client > server . 1:1(0) ack 1"},
                                    {1031434us, "client >| server . 0:0(0) ack 1"},
                                    {2055417us, "client >| server . 0:0(0) ack 1"},
                                    {3079426us, "client >| server R. 1:1(0) ack 1"}});
  EXPECT_EQ(Diff(R"(
                handshake
                +idle     client >| server  .   0:0(0) ack 1
                +interval client >| server  .   0:0(0) ack 1 *2
                +interval client >| server  R.  1:1(0) ack 1
            )",
                 {Bind("idle", 1s), Bind("interval", 1s)}, packets,
                 {{kStart + 3079501us, "client: recv() = -1 ETIMEDOUT (Connection timed out)"}}),
            R"(
the wire differs (1 missing, 0 extra, 0 late, 0 early, 0 different)
    0.000000 client >  server  S   0:0(0)            ... handshake
    1.031434 client >| server  .   0:0(0) ack 1
    2.055417 client >| server  .   0:0(0) ack 1
 -  +1s      client >| server  .   0:0(0) ack 1      never seen; the next line came instead
    3.079426 client >| server  R.  1:1(0) ack 1
    3.079501 client: recv() = -1 ETIMEDOUT (Connection timed out)
)");
}

TEST(WireDiff, MarkedLinesSayWhenAMissingPacketWasToCome) {
  const auto packets = MakePackets({{0us, "client > server S 0:0(0)"},
                                    {40us, "server > client S. 0:0(0) ack 1"},
                                    {60us, "client > server . 1:1(0) ack 1"},
                                    {1s, "client > server . 0:0(0) ack 1"},
                                    {1001ms, "server > client R 1:1(0)"},
                                    {1002ms, "client > server R 1:1(0)"}});
  const Judgement judgement = Judge(R"(
                handshake
                +1s client > server  .   0:0(0) ack 1
                +2s client > server  .   0:0(0) ack 1
                +3s client > server  .   0:0(0) ack 1
                server > client  .   1:1(0) ack 1
                server > client  R   1:1(0)
            )",
                                    {}, {.packets = packets, .end = kStart + 9s, .lateness = {}});
  std::string lines;
  for (const WireDifference::Line& line : MarkedLines(judgement, packets, kStart + 9s)) {
    lines += fmt::format("{} {}us {}|{}|{}|{}\n", line.mark, (line.time - kStart) / 1us, line.from,
                         line.to, line.text, line.note);
  }
  EXPECT_EQ(lines, R"(- 3000000us client|server|client >  server  .   0:0(0) ack 1|never seen
- 6000000us client|server|client >  server  .   0:0(0) ack 1|never seen
- 6000000us server|client|server >  client  .   1:1(0) ack 1|never seen; the next line came instead
+ 1002000us client|server|client >  server  R   1:1(0)|not expected
)");
}

TEST(WireDiff, WithoutAPacketTheRecordsEndIsTheTime) {
  const Judgement judgement =
      Judge("client > server S 0:0(0)", {}, {.packets = {}, .end = kStart + 9s, .lateness = {}});
  const auto lines = MarkedLines(judgement, {}, kStart + 9s);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].time, kStart + 9s);
}

TEST(WireDiff, EveryViolationIsShownAtOnceWithItsReason) {
  const auto packets = MakePackets({{0us, "client > server S 0:0(0)"},
                                    {1311ms, "client > server S 0:0(0)"},
                                    {1400ms, "client >| server S 0:0(0)"},
                                    {1400040us, "server > client R. 0:0(0) ack 1"},
                                    {2900ms, "client > server S 7:7(0)"}});
  EXPECT_EQ(Diff(R"(
                client >  server  S   0:0(0)
                +1s client >  server  S   0:0(0)
                +1s client >  server  S   0:0(0)
                server >  client  R.  0:0(0) ack 2 win 0
                quiet 1s
                server >  client  R   0:0(0) *2
            )",
                 {}, packets),
            R"(
the wire differs (2 missing, 1 extra, 1 late, 1 early, 2 different)
    0.000000 client >  server  S   0:0(0)
 !  1.311000 client >  server  S   0:0(0)            late: nominal 1s, measured 1.311s, at most 1.032s
 !  1.400000 client >| server  S   0:0(0)            early: nominal 1s, measured 89ms, at least 1s; different: expected > (hits no fault), was >| (hits a fault)
 !  1.400040 server >  client  R.  0:0(0) ack 1      different: expected ack 2, was ack 1; expected win 0, was win 500
 -           server >  client  R   0:0(0)            never seen
 -           server >  client  R   0:0(0)            never seen; the next line came instead
 +  2.900000 client >  server  S   7:7(0)            not expected
)");
}

TEST(WireDiff, QuietIsToldByThePacketThatBrokeIt) {
  const auto packets =
      MakePackets({{0us, "client > server R 1:1(0)"}, {50ms, "server > client R 1:1(0)"}});
  EXPECT_EQ(Diff("client > server R 1:1(0)\n quiet 200ms", {}, packets), R"(
the wire differs (0 missing, 1 extra, 0 late, 0 early, 0 different)
    0.000000 client >  server  R   1:1(0)
 +  0.050000 server >  client  R   1:1(0)      not expected; 50ms into quiet 200ms
)");
  EXPECT_EQ(Diff("client > server R 1:1(0)\n quiet 200ms\n server > client R 1:1(0)", {}, packets),
            R"(
the wire differs (0 missing, 0 extra, 0 late, 1 early, 0 different)
    0.000000 client >  server  R   1:1(0)
 !  0.050000 server >  client  R   1:1(0)      early: 50ms into quiet 200ms
)");
}

TEST(WireDiff, QuietThatTheRecordCutsShortIsNamed) {
  EXPECT_EQ(Diff("client > server R 1:1(0)\n quiet 200ms", {},
                 MakePackets({{0us, "client > server R 1:1(0)"}}), {}, 120ms),
            R"(
the wire differs (0 missing, 0 extra, 0 late, 1 early, 0 different)
    0.000000 client >  server  R   1:1(0)
 !           quiet 200ms      early: the record ends 120ms into it
)");
}

TEST(WireDiff, EmptyRecordShowsWhatWasExpected) {
  EXPECT_EQ(Diff("handshake\n +200ms ? client > server P. 1:5(4)", {}, {}), R"(
the wire differs (3 missing, 0 extra, 0 late, 0 early, 0 different)
 -   client >  server  S   0:0(0)            never seen
 -   server >  client  S.  0:0(0) ack 1      never seen
 -   client >  server  .   1:1(0) ack 1      never seen; the record ends here
)");
}

TEST(WireDiff, HandshakeIsFoldedOnlyAsExpected) {
  const auto packets = MakePackets({{0us, "client > server S 0:0(0)"},
                                    {41us, "server > client S. 0:0(0) ack 1"},
                                    {67us, "client >| server . 1:1(0) ack 1"}});
  EXPECT_EQ(Diff("handshake", {}, packets), R"(
the wire differs (0 missing, 0 extra, 0 late, 0 early, 1 different)
    0.000000 client >  server  S   0:0(0)
    0.000041 server >  client  S.  0:0(0) ack 1
 !  0.000067 client >| server  .   1:1(0) ack 1      different: expected > (hits no fault), was >| (hits a fault)
)");
}

TEST(WireDiff, AnnotationsStandAtTheirTimes) {
  const auto packets = MakePackets({{0us, "a > b S 0:0(0)"},
                                    {40us, "b > a S. 0:0(0) ack 1"},
                                    {80us, "a > b . 1:1(0) ack 1"},
                                    {12s, "b > a R 1:1(0)"}});
  EXPECT_EQ(Diff("handshake a > b\n b > a R 1:1(0)", {}, packets,
                 {{kStart - 1500us, "b: listen(8) = 0"},
                  {kStart + 90us, "a: connect(10.0.0.2:80) = 0"},
                  {kStart + 13s, "a: recv() = -1 ECONNRESET (Connection reset by peer)"}}),
            R"(
the wire is as expected
    -0.001500 b: listen(8) = 0
     0.000000 a >  b  S   0:0(0)      ... handshake
     0.000090 a: connect(10.0.0.2:80) = 0
    12.000000 b >  a  R   1:1(0)
    13.000000 a: recv() = -1 ECONNRESET (Connection reset by peer)
)");
}

TEST(WireDiff, TimesThatRoundToTheSameAreExact) {
  const auto packets = MakePackets({{0us, "a > b S 0:0(0)"}, {1032001us, "a > b S 0:0(0)"}});
  EXPECT_EQ(Diff("a > b S 0:0(0)\n +1s a > b S 0:0(0)", {}, packets), R"(
the wire differs (0 missing, 0 extra, 1 late, 0 early, 0 different)
    0.000000 a >  b  S   0:0(0)
 !  1.032001 a >  b  S   0:0(0)      late: nominal 1s, measured 1.032001s, at most 1.032s
)");
}

TEST(WireDiff, ColumnsAreAsWideAsTheirWidestEntry) {
  const auto packets = MakePackets(
      {{0us, "proxy.front > origin SEW 0:0(0)"}, {40us, "origin > proxy.front R. 0:0(0) ack 1"}});
  EXPECT_EQ(fmt::format("\n{}", PrintRecord(packets)), R"(
proxy.front >  origin       SEW  0:0(0)
origin      >  proxy.front  R.   0:0(0) ack 1
)");
}

TEST(WireDiff, IcmpSpansTheColumnsOfSegments) {
  const auto packets = MakePackets({{0us, "client > server S 0:0(0)"},
                                    {40us, "router > client icmp frag-needed mtu 1300"},
                                    {50us, "client > 10.0.0.9 who-has"}});
  EXPECT_EQ(
      Diff("client > server S 0:0(0)\nrouter > client icmp frag-needed mtu 1400", {}, packets),
      R"(
the wire differs (0 missing, 1 extra, 0 late, 0 early, 1 different)
    0.000000 client >  server    S   0:0(0)
 !  0.000040 router >  client    icmp frag-needed mtu 1300      different: expected mtu 1400, was mtu 1300
 +  0.000050 client >  10.0.0.9  who-has                        not expected
)");
}

// Any record, printed, is a script that the record matches.
TEST(WireDiff, PrintedRecordMatchesItsOwnRecord) {
  std::mt19937 random(20);
  const auto number = [&random](std::uint32_t max) {
    return std::uniform_int_distribution<std::uint32_t>(0, max)(random);
  };
  const std::vector<std::string> labels{"client", "server", "fd00::9", "A_b"};
  const std::vector<std::uint8_t> kinds{kOptionMss,       kOptionWindowScale, kOptionSackPermitted,
                                        kOptionSack,      kOptionTimestamps,  kOptionFastOpen,
                                        std::uint8_t{254}};
  for (int round = 0; round < 300; ++round) {
    std::vector<WirePacket> packets(number(30));
    TimePoint time = kStart;
    for (WirePacket& packet : packets) {
      packet.time = time += Duration(number(2'000'000'000));
      packet.from = labels[number(3)];
      packet.to = labels[number(3)];
      packet.sequence = number(number(1) == 0 ? 20 : 0xffffffff);
      packet.acknowledgment = number(20);
      if (number(3) == 0) packet.fault = "drop";
      packet.packet.flags = static_cast<std::uint8_t>(number(255));
      packet.packet.acknowledgment = number(0xffffffff);
      packet.packet.window = static_cast<std::uint16_t>(number(65535));
      if (number(4) == 0) {
        packet.packet.protocol = IPPROTO_ICMP;
        packet.packet.icmp = {static_cast<std::uint8_t>(number(20)),
                              static_cast<std::uint8_t>(number(20))};
        packet.packet.icmp_value = number(0xffffffff);
      } else if (number(9) == 0) {
        packet.packet.neighbour = number(1) == 0 ? Neighbour::kWhoHas : Neighbour::kIsAt;
      }
      packet.packet.payload_length = number(3) == 0 ? number(65535) : 0;
      for (std::uint32_t n = number(3); n > 0; --n) {
        TcpOption option{kinds[number(6)], std::vector<std::uint8_t>(number(16))};
        for (std::uint8_t& byte : option.data) byte = static_cast<std::uint8_t>(number(255));
        packet.packet.options.push_back(std::move(option));
      }
    }
    for (const PrintFields fields : {PrintFields{}, PrintFields{.window = true, .options = true}}) {
      const std::string text = PrintRecord(packets, fields);
      const Judgement judgement =
          Judge(Script::Parse(text), {}, {.packets = packets, .end = time, .lateness = {}});
      EXPECT_TRUE(judgement.as_expected()) << text << PrintDiff(judgement, packets);
    }
  }
}

}  // namespace
}  // namespace halfopen

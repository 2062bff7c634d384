// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/notation.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>

#include "harness/expect/duration_text.h"
#include "harness/expect/notation_icmp.h"
#include "harness/expect/notation_options.h"
#include "harness/expect/notation_print.h"
#include "tests/expect_packets.h"

namespace halfopen {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

Line ParseOne(std::string_view text) {
  // Lines point into their script; the one here lives as long as the test binary.
  static std::vector<std::unique_ptr<Script>> scripts;
  scripts.push_back(std::make_unique<Script>(Script::Parse(text)));
  return scripts.back()->lines().at(0);
}

// What Script::Parse says about a malformed text; empty if it is well-formed.
std::string ErrorOf(std::string_view text) {
  try {
    Script::Parse(text);
    return "";
  } catch (const NotationError& error) {
    return error.what();
  }
}

TEST(Notation, ScriptOfEveryFormIsCheckedByTheCompiler) {
  const Script script(R"(
      handshake                                             // comments of both kinds
      handshake proxy > origin-1.example                    # are left out
      +idle   ? client >| server  .   1:1(0) ack 1 *count
      +0.5s client > server P. 1:5(4) ack 1 win 502 <mss 1460, sackOK, TS val 1 ecr 2, wscale 7>
      server > client . 1:1(0) ack 5 <sack 9:13 17:21, FO 0a1B, option 254 00ff, mss, TS, sack> *3
      server > client R 2:2(0)
      quiet 200ms
      quiet pause
  )");
  EXPECT_EQ(script.lines().size(), 8u);
  EXPECT_EQ(script.lines()[0].number, 2);
  EXPECT_EQ(script.lines()[7].number, 9);
}

TEST(Notation, ScriptOfIcmpAndNeighboursIsCheckedByTheCompiler) {
  const Script script(R"(
      client > server S 0:0(0)
      router > client icmp host-unreachable
      +1s ? router >| client icmp frag-needed mtu 1300 *count
      router > client icmp parameter-problem pointer 20
      router > client icmp 44/7 *3
      router > client icmp refusal
      client > 10.0.0.9 who-has *3
      fd00::9 > client is-at
  )");
  EXPECT_EQ(script.lines().size(), 8u);
}

TEST(Notation, IcmpLineHasAllItsFields) {
  const auto icmp = [](std::string_view rest) {
    const Line line = ParseOne(fmt::format("router >| client {} *2", rest));
    EXPECT_EQ(line.packet.kind, PacketKind::kIcmp);
    EXPECT_TRUE(line.packet.hits_fault);
    EXPECT_EQ(line.repeat.value, 2);
    return line.packet.icmp;
  };
  EXPECT_EQ(icmp("icmp admin-prohibited").word, "admin-prohibited");
  EXPECT_EQ(icmp("icmp packet-too-big mtu 1280").mtu, 1280u);
  EXPECT_EQ(icmp("icmp bad-header pointer 40").pointer, 40u);
  EXPECT_EQ(icmp("icmp 3/16").message, (IcmpMessage{3, 16}));
  EXPECT_EQ(icmp("icmp refusal").name, "refusal");
  EXPECT_FALSE(icmp("icmp refusal").message.has_value());
}

TEST(Notation, MalformedIcmpLineIsRefused) {
  const auto expected = HasSubstr("an ICMP message: a word such as port-unreachable");
  EXPECT_THAT(ErrorOf("a > b icmp"), expected);
  EXPECT_THAT(ErrorOf("a > b icmp host-unreachabel"), expected);
  EXPECT_THAT(ErrorOf("a > b icmp 3"), expected);
  EXPECT_THAT(ErrorOf("a > b icmp 256/0"), expected);
  EXPECT_THAT(ErrorOf("a > b icmp 3/256"), expected);
  EXPECT_THAT(ErrorOf("a > b icmp net-unreachable ack 1"), HasSubstr("mtu N, pointer N, *count"));
  EXPECT_THAT(ErrorOf("a > b icmp frag-needed mtu big"), HasSubstr("the number behind mtu"));
  EXPECT_THAT(ErrorOf("a > b who-has 10.0.0.1"), HasSubstr("the end of the line, or *count"));
  EXPECT_THAT(ErrorOf("a > b is-there"), HasSubstr("flags"));
}

TEST(Notation, EmptyScriptHasNoLines) {
  EXPECT_TRUE(Script("").lines().empty());
  EXPECT_TRUE(Script("\n  \n // nothing\n").lines().empty());
  EXPECT_TRUE(Script::Parse("").lines().empty());
}

TEST(Notation, PacketLineHasAllItsFields) {
  const Script script = Script::Parse(
      "handshake\n +200ms ? client >| server  FP. 5:9(4) ack 7 win 0 <mss 1460> *3\r\n");
  const Line packet = script.lines().at(1);
  EXPECT_EQ(packet.kind, Line::Kind::kPacket);
  EXPECT_EQ(packet.number, 2);
  EXPECT_EQ(packet.time->value, 200ms);
  EXPECT_EQ(packet.time->name, "");
  EXPECT_TRUE(packet.optional);
  EXPECT_EQ(packet.from, "client");
  EXPECT_EQ(packet.to, "server");
  EXPECT_TRUE(packet.packet.hits_fault);
  EXPECT_EQ(packet.packet.flags, kFin | kPsh | kAck);
  EXPECT_EQ(packet.packet.sequence, 5u);
  EXPECT_EQ(packet.packet.length, 4u);
  EXPECT_EQ(packet.packet.acknowledgment, 7u);
  EXPECT_EQ(packet.packet.window, 0);
  EXPECT_EQ(packet.packet.options->size(), 1u);
  EXPECT_EQ(packet.repeat.value, 3);
}

TEST(Notation, FieldsLeftOutAreEmpty) {
  const Line line = ParseOne("a>b S 0:0(0)");
  EXPECT_FALSE(line.time.has_value());
  EXPECT_FALSE(line.optional);
  EXPECT_FALSE(line.packet.hits_fault);
  EXPECT_FALSE(line.packet.acknowledgment.has_value());
  EXPECT_FALSE(line.packet.window.has_value());
  EXPECT_FALSE(line.packet.options.has_value());
  EXPECT_EQ(line.repeat.value, 1);
}

TEST(Notation, SequenceRangesWrap) {
  const Line line = ParseOne("a > b P. 4294967295:3(4) ack 1");
  EXPECT_EQ(line.packet.sequence, 4294967295u);
  EXPECT_EQ(line.packet.length, 4u);
}

TEST(Notation, LabelMayBeginLikeAKeyword) {
  EXPECT_EQ(ParseOne("quiet-host > b S 0:0(0)").from, "quiet-host");
  EXPECT_EQ(ParseOne("handshaker > b S 0:0(0)").from, "handshaker");
}

TEST(Notation, TimesHaveUnits) {
  const auto time_of = [](const std::string& text) {
    return ParseOne("quiet " + text).time->value;
  };
  EXPECT_EQ(time_of("1s"), 1s);
  EXPECT_EQ(time_of("0.5s"), 500ms);
  EXPECT_EQ(time_of("200ms"), 200ms);
  EXPECT_EQ(time_of("1.25ms"), 1250us);
  EXPECT_EQ(time_of("50us"), 50us);
  EXPECT_EQ(time_of("0.001us"), 1ns);
  EXPECT_EQ(time_of("7ns"), 7ns);
  EXPECT_EQ(time_of("7200s"), 2h);
  EXPECT_EQ(ParseOne("quiet idle").time->name, "idle");
}

TEST(Notation, ErrorTellsLineColumnAndWhatWasExpected) {
  try {
    Script::Parse("handshake\n  client > server  P.  1:6(4) ack 1\n");
    FAIL() << "no error";
  } catch (const NotationError& error) {
    EXPECT_EQ(error.line(), 2);
    EXPECT_EQ(error.column(), 24);
    EXPECT_STREQ(error.what(),
                 "line 2, column 24: expected a sequence range whose end is seq + len, "
                 "found \"1:6(4) ack 1\"");
  }
}

struct Malformed {
  const char* text;
  const char* error;
};

class MalformedScript : public ::testing::TestWithParam<Malformed> {};

TEST_P(MalformedScript, IsRefusedInWords) {
  EXPECT_THAT(ErrorOf(GetParam().text), HasSubstr(GetParam().error));
}

INSTANTIATE_TEST_SUITE_P(
    Notation, MalformedScript,
    ::testing::Values(
        Malformed{"1client > b S 0:0(0)", "expected the label of the sending end, found \"1cl"},
        Malformed{"a", "expected '>' or '>|' behind the sending end, found the end of the line"},
        Malformed{"a < b S 0:0(0)", "expected '>' or '>|'"},
        Malformed{"a > > S 0:0(0)", "expected the label of the receiving end"},
        Malformed{"a > b X 0:0(0)", "expected flags: letters of SFRP.UEW in this order, or none"},
        Malformed{"a > b .S 0:0(0)", "expected flags"},
        Malformed{"a > b S", "expected a sequence range seq:end(len), found the end of the line"},
        Malformed{"a > b S 0", "expected a sequence range"},
        Malformed{"a > b S 0:0", "expected a sequence range"},
        Malformed{"a > b S 0:0(0", "expected a sequence range"},
        Malformed{"a > b S 0:0(0)x", "expected a sequence range"},
        Malformed{"a > b S 4294967296:0(0)", "expected a sequence range"},
        Malformed{"a > b S 0:0(0) ack 1", "expected no ack, as the flags have no '.'"},
        Malformed{"a > b . 0:0(0) ack", "expected the number behind ack"},
        Malformed{"a > b . 0:0(0) ack -1", "expected the number behind ack"},
        Malformed{"a > b . 0:0(0) ack 1x", "expected a blank behind the number"},
        Malformed{"a > b . 0:0(0) win 65536", "expected a window of at most 65535"},
        Malformed{"a > b . 0:0(0) win 1 ack 1", "(in this order) ack N, win N, <options>, *count"},
        Malformed{"a > b . 0:0(0) *0", "expected at least one repeat"},
        Malformed{"a > b . 0:0(0) *", "expected a number or a name right behind the '*'"},
        Malformed{"a > b . 0:0(0) <mss 1460", "expected ',' or '>'"},
        Malformed{"a > b . 0:0(0) <mss 65536>", "expected an mss of at most 65535"},
        Malformed{"a > b . 0:0(0) <nop>", "expected an option: mss, sackOK"},
        Malformed{"a > b . 0:0(0) <sackOK 1>", "expected ',' or '>'"},
        Malformed{"a > b . 0:0(0) <TS val 1>", "expected TS val N ecr N"},
        Malformed{"a > b . 0:0(0) <wscale 256>", "expected a window scale"},
        Malformed{"a > b . 0:0(0) <sack 1>", "expected a SACK block A:B"},
        Malformed{"a > b . 0:0(0) <sack 1:2 1:2 1:2 1:2 1:2>", "expected at most four SACK blocks"},
        Malformed{"a > b . 0:0(0) <FO abc>", "expected two hexadecimal digits"},
        Malformed{"a > b . 0:0(0) <option 300>", "expected the kind of the option"},
        Malformed{"quiet", "expected a time such as 1s"},
        Malformed{"quiet 1", "expected a unit (ns, us, ms or s) right behind the number"},
        Malformed{"quiet 1 s", "expected a unit"}, Malformed{"quiet 1min", "expected a unit"},
        Malformed{"quiet 1.s", "expected a digit behind the decimal point"},
        Malformed{"quiet 0.0000000001s", "expected at most nine decimals"},
        Malformed{"quiet 0.5ns", "expected a time of whole nanoseconds"},
        Malformed{"quiet 1000000001s", "expected a time of at most 1000000000"},
        Malformed{"quiet 1s x", "expected the end of the line"},
        Malformed{"? quiet 1s", "expected a packet, as a quiet takes no time in front and no '?'"},
        Malformed{"+1s handshake", "expected a packet, as a handshake takes no time and no '?'"},
        Malformed{"handshake a", "expected '>' or '>|'"},
        Malformed{"handshake a >| b", "expected '>', as no packet of a handshake hits a fault"},
        Malformed{"handshake a > b S", "expected the end of the line"},
        Malformed{"+1s a > b S 0:0(0)", "expected no time on the first packet"},
        Malformed{"quiet 1s\na > b S 0:0(0)", "expected a packet before the first quiet"}));

TEST(Notation, ParseReadsNoiseWithoutHarm) {
  std::mt19937 random(1);
  const std::string_view characters = "ab >|+?*<>.:()SFRP0129 msuack win quiet\n\t,#/\xff";
  for (int i = 0; i < 5'000; ++i) {
    std::string text = "a > b S 0:0(0)\n";
    for (std::size_t n = random() % 40; n > 0; --n) {
      text.push_back(characters[random() % characters.size()]);
    }
    try {
      Script::Parse(text);
    } catch (const NotationError& error) {
      EXPECT_GE(error.line(), 1);
      EXPECT_GE(error.column(), 1);
    }
  }
}

TEST(Notation, CopyOfAParsedScriptHasItsOwnText) {
  auto original = std::make_unique<Script>(Script::Parse("handshake left > right"));
  const Script copy = *original;
  original.reset();
  EXPECT_EQ(copy.lines().at(0).from, "left");
}

TEST(NotationPrint, TimeIsReadAsItWasPrinted) {
  for (const Duration time : {0ns, 1ns, 50'000ns, 1'031'434'567ns, Duration(200ms), Duration(2h)}) {
    const Line line = ParseOne(fmt::format("quiet {}", DurationText(time)));
    EXPECT_EQ(line.time->value, time);
    EXPECT_EQ(PrintLine(line), fmt::format("quiet {}", DurationText(time)));
  }
}

TEST(NotationPrint, LineIsInOneForm) {
  const auto reprint = [](std::string_view text) { return PrintLine(ParseOne(text)); };
  EXPECT_EQ(reprint("a>|b   S 0:0(0)"), "a >| b  S   0:0(0)");
  EXPECT_EQ(reprint("a > b S. 0:0(0) ack 1 win 5 < mss 1460 , sackOK, TS> *3"),
            "a >  b  S.  0:0(0) ack 1 win 5 <mss 1460,sackOK,TS> *3");
  EXPECT_EQ(reprint("? a > b none 0:0(0) *n"), "? a >  b  none  0:0(0) *n");
  EXPECT_EQ(reprint("a > b . 1:1(0) <FO AB,sack 1:2 3:4,option 5,option 7 01>"),
            "a >  b  .   1:1(0) <FO ab,sack 1:2 3:4,sack,option 7 01>");
  EXPECT_EQ(reprint("a > b S 0:0(0) <FO,FO cookiereq>"), "a >  b  S   0:0(0) <FO,FO cookiereq>");
  EXPECT_EQ(reprint("handshake"), "handshake client > server");
  EXPECT_EQ(reprint("quiet 0.2s"), "quiet 200ms");
  EXPECT_EQ(reprint("quiet idle"), "quiet idle");

  const Script timed = Script::Parse("handshake\n+0.5s ? a > b . 1:1(0)\n+idle a > b . 1:1(0)");
  EXPECT_EQ(PrintLine(timed.lines()[1]), "+500ms ? a >  b  .   1:1(0)");
  EXPECT_EQ(PrintLine(timed.lines()[2]), "+idle a >  b  .   1:1(0)");
}

TEST(NotationPrint, IcmpAndNeighboursAreReadAsTheyWerePrinted) {
  for (const char* line :
       {"router >  client  icmp net-unknown", "router >| client  icmp frag-needed mtu 1300",
        "router >  client  icmp parameter-problem pointer 20", "router >  client  icmp 3/16",
        "router >  client  icmp 44/7", "client >  10.0.0.9  who-has", "a >  b  is-at"}) {
    EXPECT_EQ(PrintPacket(MakePacket({0s, line})), line);
    EXPECT_EQ(PrintLine(ParseOne(line)), line);
  }
  EXPECT_EQ(PrintLine(ParseOne("a > b icmp refusal *n")), "a >  b  icmp refusal *n");
}

TEST(NotationPrint, SameMeaningHasTheSameWordInBothFamilies) {
  EXPECT_EQ(IcmpText(IpFamily::kIpv4, {11, 0}), "ttl-exceeded");
  EXPECT_EQ(IcmpText(IpFamily::kIpv6, {3, 0}), "ttl-exceeded");
  EXPECT_EQ(IcmpText(IpFamily::kIpv4, {3, 3}), "port-unreachable");
  EXPECT_EQ(IcmpText(IpFamily::kIpv6, {1, 4}), "port-unreachable");
  EXPECT_EQ(IcmpText(IpFamily::kIpv6, {3, 3}), "3/3");
}

TEST(NotationPrint, PacketShowsWindowAndOptionsOnRequest) {
  const WirePacket packet =
      MakePacket({0s, "client >| server S. 0:0(0) ack 1 win 7 <mss 1460,TS val 1 ecr 2>"});
  EXPECT_EQ(PrintPacket(packet), "client >| server  S.  0:0(0) ack 1");
  EXPECT_EQ(PrintPacket(packet, {.window = true, .options = true}),
            "client >| server  S.  0:0(0) ack 1 win 7 <mss 1460,TS val 1 ecr 2>");
}

TEST(NotationPrint, SackBlocksAreRelativeToTheAcknowledgedDirection) {
  WirePacket packet = MakePacket({0s, "client > server . 1:1(0) ack 5"});
  // 1'000'009 and 1'000'013: 9 and 13 behind the first sequence number of the other direction.
  packet.packet.options = {{kOptionSack, {0x00, 0x0f, 0x42, 0x49, 0x00, 0x0f, 0x42, 0x4d}}};
  EXPECT_EQ(PrintPacket(packet, {.options = true}),
            "client >  server  .   1:1(0) ack 5 <sack 9:13>");
}

TEST(NotationPrint, OptionOfAnUnusualSizeGoesByNumber) {
  EXPECT_EQ(PrintOptions(std::vector<TcpOption>{{kOptionMss, {1}},
                                                {kOptionSackPermitted, {0xaa}},
                                                {kOptionSack, {1, 2}},
                                                {kOptionFastOpen, {}},
                                                {254, {}}}),
            "<option 2 01,option 4 aa,option 5 0102,FO cookiereq,option 254>");
}

TEST(NotationOptions, ListMatchesAsAWholeAndInOrder) {
  const std::vector<TcpOption> options{{kOptionMss, {0x05, 0xb4}}, {kOptionSackPermitted, {}}};
  const auto matches = [&options](const std::string& list) {
    return Matches(*ParseOne("a > b S 0:0(0) " + list).packet.options, options);
  };
  EXPECT_TRUE(matches("<mss 1460,sackOK>"));
  EXPECT_TRUE(matches("<mss,sackOK>"));
  EXPECT_TRUE(matches("<option 2 05b4,option 4>"));
  EXPECT_FALSE(matches("<mss 1400,sackOK>"));
  EXPECT_FALSE(matches("<sackOK,mss 1460>"));
  EXPECT_FALSE(matches("<mss 1460>"));
  EXPECT_FALSE(matches("<mss 1460,sackOK,TS>"));
  EXPECT_FALSE(matches("<>"));
}

TEST(NotationOptions, CookieRequestIsAFastOpenOptionWithoutACookie) {
  const std::vector<TcpOption> request{{kOptionFastOpen, {}}};
  const std::vector<TcpOption> cookie{{kOptionFastOpen, {0x0a, 0x1b}}};
  const auto options = [](const char* list) {
    return *ParseOne("a > b S 0:0(0) " + std::string(list)).packet.options;
  };
  EXPECT_TRUE(Matches(options("<FO cookiereq>"), request));
  EXPECT_FALSE(Matches(options("<FO cookiereq>"), cookie));
  EXPECT_TRUE(Matches(options("<FO 0a1b>"), cookie));
  EXPECT_FALSE(Matches(options("<FO 0a1b>"), request));
  EXPECT_TRUE(Matches(options("<FO>"), request));
}

}  // namespace
}  // namespace halfopen

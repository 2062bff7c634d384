// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/ladder_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "harness/report/printable_text.h"
#include "harness/report/read_report.h"
#include "harness/report/show_text.h"
#include "tests/timeline_story.h"

namespace halfopen {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Ladder LadderOfTimeline(const std::string& run) {
  return MakeLadder(ReadTimeline(std::string(HALFOPEN_TEST_TIMELINES) + "/" + run));
}

// What a person has looked at and found right. HALFOPEN_RENEW_GOLDEN=1 writes them anew.
void ExpectGolden(const std::string& name, const std::string& text) {
  const std::string file = std::string(HALFOPEN_TEST_GOLDEN) + "/" + name + ".txt";
  if (std::getenv("HALFOPEN_RENEW_GOLDEN") != nullptr) std::ofstream(file) << text;
  std::ostringstream golden;
  golden << std::ifstream(file).rdbuf();
  EXPECT_EQ(text, golden.str()) << file << "; HALFOPEN_RENEW_GOLDEN=1 writes it anew";
}

int WidestLine(const std::string& text) {
  int widest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    widest = std::max(widest, Columns(PrintableSymbols(line, true)));
  }
  return widest;
}

TEST(LadderText, IsAsAPersonFoundItRight) {
  for (const char* run : {"rst_after_fin", "keepalive_expiry", "accept_queue", "loopback", "router",
                          "netcat", "missing"}) {
    ExpectGolden(run, LadderText(LadderOfTimeline(run), {}));
  }
}

TEST(LadderText, FitsTheTerminalAndUsesIt) {
  for (const char* run : {"accept_queue", "loopback", "router", "netcat"}) {
    const Ladder ladder = LadderOfTimeline(run);
    for (const int width : {80, 100, 160}) {
      EXPECT_LE(WidestLine(LadderText(ladder, {.width = width})), width) << run;
    }
  }
}

TEST(LadderText, IsPlainAsciiForATerminalWithoutUtf8) {
  const std::string text = LadderText(LadderOfTimeline("missing"), {.utf8 = false});
  EXPECT_TRUE(std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= 32 && c < 127); }));
  ExpectGolden("missing_ascii", text);
}

TEST(LadderText, ColoursOnlyWhenItMay) {
  const Ladder ladder = LadderOfTimeline("rst_after_fin");
  EXPECT_THAT(LadderText(ladder, {.color = true}), HasSubstr("\x1b[36m"));
  EXPECT_THAT(LadderText(ladder, {}), Not(HasSubstr("\x1b")));
}

TEST(LadderText, ShowsWhatAProgramWroteAsText) {
  const std::string text = LadderText(
      MakeLadder(TimelineOf("1 client nc stdout \x1b[2J\x1b]0;title\x07 \u202eabc")), {});
  EXPECT_THAT(text, HasSubstr("\\x1b[2J\\x1b]0;title\\x07"));
  EXPECT_THAT(text, HasSubstr("\\u202eabc"));
}

TEST(LadderText, TellsOfEveryCallIfAsked) {
  const Ladder ladder = LadderOfTimeline("netcat");
  EXPECT_THAT(LadderText(ladder, {}), Not(HasSubstr("SO_REUSEPORT")));
  EXPECT_THAT(LadderText(ladder, {.everything = true}), HasSubstr("SO_REUSEADDR"));
}

TEST(LadderText, SaysWhyThereIsNone) {
  Ladder ladder;
  ladder.problem = "there is no timeline.json";
  EXPECT_EQ(LadderText(ladder, {}), "there is no timeline.json\n");
}

TEST(PrintableText, LeavesNothingThatATerminalObeys) {
  EXPECT_EQ(Printable("a\tb\r\n\x7f", true), "a\\tb\\r\\n\\x7f");
  EXPECT_EQ(Printable("\xff\xc3", true), "\\xff\\xc3");
  EXPECT_EQ(Printable("\u0085\u200b", true), "\\u0085\\u200b");
  EXPECT_EQ(Printable("é漢", true), "é漢");
  EXPECT_EQ(Printable("é", false), "\\u00e9");
  EXPECT_EQ(Columns(PrintableSymbols("é漢", true)), 3);
}

TEST(PrintableText, BreaksAtSpaces) {
  const auto lines = [](const std::string& text, int width) {
    std::string joined;
    for (const auto& line : Wrap(PrintableSymbols(text, true), width, 2)) {
      for (const Symbol& glyph : line) joined += glyph.bytes;
      joined += "|";
    }
    return joined;
  };
  EXPECT_EQ(lines("one two three", 8), "one two|  three|");
  EXPECT_EQ(lines("recv(4096) = 0", 12), "recv(4096)|  = 0|");
  EXPECT_EQ(lines("abcdefghijkl", 8), "abcdefgh|  ijkl|");
  EXPECT_EQ(lines("", 8), "|");
}

TEST(ShowText, SaysWhatRanWhereAndHowItEnded) {
  RunReport report;
  report.venue = "guest";
  report.profile = "default";
  report.guests = {{"debian-6.12", "6.12.1", 0, 0, ""}};
  ScenarioResult result;
  result.scenario = {"Rst", "Second", "rst", "scenarios/rst.cc", 3, IpFamily::kIpv4};
  result.scenario.catalogue.verdict = "The second write fails.";
  result.kernel = "debian-6.12";
  result.verdict = Verdict::kFailed;
  result.seconds = 7925.4;
  result.failures = {
      {"scenarios/rst.cc", 9, "the wire differs (1 missing)\n -  +1s  a > b  R 1:1(0)"}};
  const Shown shown{report,    result, Ladder{}, "out/Rst.Second.IPv4/", {"client-veth0.pcap"},
                    "halfopen"};
  const std::string text = ShowText(shown, {});
  EXPECT_THAT(text, StartsWith("failed  Rst.Second/IPv4\n  The second write fails.\n"));
  EXPECT_THAT(text, HasSubstr("7925.4 s of virtual time on debian-6.12 (6.12.1), profile default"));
  EXPECT_THAT(text, HasSubstr("halfopen run --kernel debian-6.12 --profile default "
                              "'Rst.Second/IPv4'\n"));
  EXPECT_THAT(text, HasSubstr("\nscenarios/rst.cc:9: the wire differs (1 missing)"));
  EXPECT_THAT(text, HasSubstr("packets:  client-veth0.pcap"));
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/script_mutants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/expect_packets.h"

namespace halfopen {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// The script's mutants for a record that is as expected, by what they change; those that hold of
// the record all the same are marked.
std::vector<std::string> MutantsOfScript(const Script& script,
                                         const std::vector<WirePacket>& packets,
                                         Duration lateness = Duration(0)) {
  const Record record{.packets = packets,
                      .end = kStart + 10s,
                      .lateness = [=](Duration, auto, auto) { return lateness; }};
  const Judgement judgement = Judge(script, {}, record);
  if (!judgement.as_expected()) return {"the record is not as expected"};
  std::vector<std::string> changes;
  std::set<std::string> names;
  for (const MutantOf<Expectation>& mutant : MutantsOf(script, judgement, record)) {
    const bool survives = Judge(mutant.make(), record).as_expected();
    if (!names.insert(mutant.change).second) changes.push_back("twice: " + mutant.change);
    changes.push_back(mutant.change + (survives ? " SURVIVES" : ""));
  }
  return changes;
}

TEST(ScriptMutants, ChangeEachFieldOfASegmentThatIsChecked) {
  EXPECT_THAT(
      MutantsOfScript("client > server P. 1:5(4) ack 1",
                      MakePackets({{0s, "client > server P. 1:5(4) ack 1"}})),
      ElementsAre("script line 1: one packet fewer", "script line 1: one packet more",
                  "script line 1: server > client", "script line 1: hits a fault",
                  "script line 1: flags SP.", "script line 1: flags FP.",
                  "script line 1: flags RP.", "script line 1: flags .", "script line 1: flags P",
                  "script line 1: seq 2", "script line 1: 5 bytes", "script line 1: ack 2"));
}

TEST(ScriptMutants, LeaveAloneWhatIsNotNamed) {
  const auto mutants =
      MutantsOfScript("client > server . 1:1(0)",
                      MakePackets({{0s, "client > server . 1:1(0) ack 7 win 9 <sackOK>"}}));
  EXPECT_THAT(mutants, Each(AllOf(Not(HasSubstr(": ack")), Not(HasSubstr("win")),
                                  Not(HasSubstr("<")), Not(HasSubstr("time")))));
  EXPECT_THAT(mutants, Not(IsEmpty()));
}

TEST(ScriptMutants, ChangeOptionsAndWindow) {
  EXPECT_THAT(
      MutantsOfScript(
          "client > server S 0:0(0) win 9 <mss 1460,sackOK,wscale>",
          MakePackets({{0s, "client > server S 0:0(0) win 9 <mss 1460,sackOK,wscale 7>"}})),
      AllOf(Contains("script line 1: win 10"), Contains("script line 1: <sackOK,wscale>"),
            Contains("script line 1: <mss 1461,sackOK,wscale>"),
            Contains("script line 1: <mss 1460,wscale>"),
            Contains("script line 1: <mss 1460,sackOK>"),
            Contains(HasSubstr("<mss 1460,sackOK,wscale,")), Not(Contains(HasSubstr("SURVIVES")))));
}

TEST(ScriptMutants, AreNoneOfAnOptionalPacketThatDidNotCome) {
  EXPECT_THAT(MutantsOfScript("? client > server . 1:1(0)", {}), IsEmpty());
}

TEST(ScriptMutants, AskForNoMoreOfAnOptionalPacket) {
  const auto mutants = MutantsOfScript("? client > server . 1:1(0)",
                                       MakePackets({{0s, "client > server . 1:1(0) ack 1"}}));
  EXPECT_THAT(mutants, AllOf(Contains("script line 1: none"), Not(Contains(HasSubstr("more"))),
                             Not(Contains(HasSubstr("SURVIVES")))));
}

TEST(ScriptMutants, KnowHowManyMayCome) {
  const auto mutants = MutantsOfScript(R"(
      client > server . 1:1(0) ack 1
    ? client > server . 1:1(0) *8)",
                                       MakePackets({{0s, "client > server . 1:1(0) ack 1"},
                                                    {1s, "client > server . 1:1(0) ack 1"},
                                                    {2s, "client > server . 1:1(0) ack 1"}}));
  EXPECT_THAT(mutants,
              AllOf(Contains("script line 2: none"), Contains("script line 2: more than may come"),
                    Contains("script line 3: none"), Contains("script line 3: flags R."),
                    Not(Contains(HasSubstr("one packet"))), Not(Contains(HasSubstr("SURVIVES")))));
}

TEST(ScriptMutants, SwapOnlyPacketsThatDiffer) {
  const auto swapped = MutantsOfScript(R"(
      client > server . 1:1(0) ack 1
      server > client . 1:1(0) ack 1)",
                                       MakePackets({{0s, "client > server . 1:1(0) ack 1"},
                                                    {1s, "server > client . 1:1(0) ack 1"}}));
  EXPECT_THAT(swapped, Contains("script line 2: behind the next one"));
  const auto same = MutantsOfScript(R"(
      client > server . 1:1(0) ack 1
      client > server . 1:1(0))",
                                    MakePackets({{0s, "client > server . 1:1(0) ack 1"},
                                                 {1s, "client > server . 1:1(0) ack 1"}}));
  EXPECT_THAT(same,
              AllOf(Not(Contains(HasSubstr("behind"))), Not(Contains(HasSubstr("SURVIVES")))));
}

TEST(ScriptMutants, HalveAndDoubleTheTimesOfTheFirstAndTheLastRepeat) {
  EXPECT_THAT(MutantsOfScript(R"(
      client > server . 0:0(0)
      +1s client > server . 0:0(0) *3)",
                              MakePackets({{0s, "client > server . 0:0(0) ack 1"},
                                           {1s, "client > server . 0:0(0) ack 1"},
                                           {2s, "client > server . 0:0(0) ack 1"},
                                           {3s, "client > server . 0:0(0) ack 1"}})),
              AllOf(Contains("script line 3: half the time (the first)"),
                    Contains("script line 3: twice the time (the first)"),
                    Contains("script line 3: half the time (the last)"),
                    Contains("script line 3: twice the time (the last)"),
                    Not(Contains(HasSubstr("SURVIVES")))));
}

TEST(ScriptMutants, KnowNoTimeWhoseWindowOverlaps) {
  // 1.9 s late or 1.4 s late: half of 1 s may be that late as well, and so may twice.
  const auto mutants = MutantsOfScript(R"(
      client > server . 0:0(0)
      +1s client > server . 0:0(0))",
                                       MakePackets({{0s, "client > server . 0:0(0) ack 1"},
                                                    {1900ms, "client > server . 0:0(0) ack 1"}}),
                                       1s);
  EXPECT_THAT(mutants, Not(Contains(HasSubstr("time"))));
}

TEST(ScriptMutants, LengthenAQuietThatAPacketEndsAndNoOther) {
  EXPECT_THAT(
      MutantsOfScript(R"(
      client > server . 0:0(0)
      quiet 1s
      client > server . 0:0(0)
      quiet 2s)",
                      MakePackets({{0s, "client > server . 0:0(0) ack 1"},
                                   {1500ms, "client > server . 0:0(0) ack 1"}})),
      AllOf(Contains("script line 3: twice the time"), Not(Contains(HasSubstr("script line 5")))));
}

TEST(ScriptMutants, KeepQuietsWhereTheyAreWhenPacketsComeAndGo) {
  EXPECT_THAT(
      MutantsOfScript(R"(
      handshake
      quiet 1s
      client > server P. 1:5(4) ack 1 *2)",
                      MakePackets({{0s, "client > server S 0:0(0)"},
                                   {40us, "server > client S. 0:0(0) ack 1"},
                                   {80us, "client > server . 1:1(0) ack 1"},
                                   {1500ms, "client > server P. 1:5(4) ack 1"},
                                   {1700ms, "client > server P. 1:5(4) ack 1"}})),
      AllOf(Contains("script line 2: none"), Contains("script line 2: two"),
            Contains("script line 2: server > client"), Contains("script line 3: twice the time"),
            Contains("script line 4: one packet fewer"), Not(Contains(HasSubstr("SURVIVES"))),
            Not(Contains(HasSubstr("twice: ")))));
}

TEST(ScriptMutants, ChangeMessagesOfIcmp) {
  EXPECT_THAT(MutantsOfScript("router > client icmp frag-needed mtu 1400",
                              MakePackets({{0s, "router > client icmp frag-needed mtu 1400"}})),
              ElementsAre("script line 1: one packet fewer", "script line 1: one packet more",
                          "script line 1: client > router", "script line 1: hits a fault",
                          "script line 1: icmp 4/0", "script line 1: mtu 1401"));
}

TEST(ScriptMutants, CountPacketsWhoseTimeNothingHolds) {
  const std::vector<WirePacket> packets = MakePackets({{0s, "client > server . 0:0(0) ack 1"},
                                                       {1s, "client > server . 0:0(0) ack 1"},
                                                       {1001ms, "client > server . 0:0(0) ack 1"},
                                                       {2001ms, "client > server . 0:0(0) ack 1"}});
  const Record record{.packets = packets, .end = kStart + 10s, .lateness = nullptr};
  const Judgement judgement = Judge(R"(
      client > server . 0:0(0) *3
      +1s client > server . 0:0(0))",
                                    {}, record);
  ASSERT_TRUE(judgement.as_expected());
  EXPECT_EQ(CountUntimed(judgement, record), 1U);
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/align.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/expect/align_path.h"
#include "tests/expect_packets.h"

namespace halfopen {
namespace {

using namespace std::chrono_literals;

// Judges with an end of record 10 s behind the start, and a lateness of an eighth.
Judgement JudgeTimes(const Script& script, const std::vector<Binding>& bindings,
                     const std::vector<WirePacket>& packets, Duration end = 10s) {
  return Judge(script, bindings,
               {.packets = packets,
                .end = kStart + end,
                .lateness = [](Duration nominal, auto, auto) { return nominal / 8; }});
}

// The verdict in one line: every packet of the record and every missing one by its sign.
std::string Signs(const Judgement& judgement) {
  std::string signs;
  for (const JudgedLine& line : judgement.lines) {
    signs += line.missing()     ? '-'
             : line.extra()     ? '+'
             : line.different() ? '~'
             : line.late()      ? '>'
             : line.early()     ? '<'
                                : '=';
  }
  return judgement.unfinished_quiet.has_value() ? signs + 'q' : signs;
}

std::string SignsOf(const Script& script, const std::vector<WirePacket>& packets) {
  return Signs(JudgeTimes(script, {}, packets));
}

std::vector<WirePacket> Handshake() {
  return MakePackets({{0us, "client > server S 0:0(0) <mss 1460,sackOK>"},
                      {40us, "server > client S. 0:0(0) ack 1"},
                      {80us, "client > server . 1:1(0) ack 1"}});
}

std::vector<WirePacket> HandshakeThen(std::initializer_list<Sent> sent) {
  std::vector<WirePacket> packets = Handshake();
  for (const Sent& one : sent) packets.push_back(MakePacket(one));
  return packets;
}

// What Judge says about a name that is bound wrongly.
std::string ErrorOf(const Script& script, const std::vector<Binding>& bindings) {
  try {
    Judge(script, bindings, {.packets = {}, .end = kStart, .lateness = {}});
    return "";
  } catch (const NotationError& error) {
    return error.what();
  }
}

TEST(Align, EmptyScriptExpectsSilence) {
  EXPECT_TRUE(JudgeTimes("", {}, {}).as_expected());
  EXPECT_EQ(SignsOf("", Handshake()), "+++");
  EXPECT_EQ(SignsOf("quiet 1s", {}), "");
}

TEST(Align, HandshakeIsThreePackets) {
  EXPECT_EQ(SignsOf("handshake", Handshake()), "===");
  EXPECT_EQ(SignsOf("handshake client > server", Handshake()), "===");
  EXPECT_EQ(SignsOf("handshake server > client", Handshake()), "---+++");
  EXPECT_EQ(SignsOf("handshake", {}), "---");
}

TEST(Align, FieldsThatAreNotNamedAreNotChecked) {
  const auto packets = MakePackets({{0s, "a > b . 1:1(0) ack 7 win 3 <TS val 1 ecr 2>"}});
  EXPECT_EQ(SignsOf("a > b . 1:1(0)", packets), "=");
  EXPECT_EQ(SignsOf("a > b . 1:1(0) ack 7", packets), "=");
  EXPECT_EQ(SignsOf("a > b . 1:1(0) win 3", packets), "=");
  EXPECT_EQ(SignsOf("a > b . 1:1(0) <TS>", packets), "=");
  EXPECT_EQ(SignsOf("a > b . 1:1(0) ack 7 win 3 <TS val 1 ecr 2>", packets), "=");
}

TEST(Align, AnotherSegmentIsMissingAndExtra) {
  const auto packets = MakePackets({{0s, "a > b P. 1:5(4) ack 1"}});
  EXPECT_EQ(SignsOf("a > c P. 1:5(4) ack 1", packets), "-+");
  EXPECT_EQ(SignsOf("b > a P. 1:5(4) ack 1", packets), "-+");
  EXPECT_EQ(SignsOf("a > b . 1:5(4) ack 1", packets), "-+");
  EXPECT_EQ(SignsOf("a > b P. 2:6(4) ack 1", packets), "-+");
  EXPECT_EQ(SignsOf("a > b P. 1:6(5) ack 1", packets), "-+");
}

TEST(Align, SameSegmentWithAnotherFieldIsDifferent) {
  const auto packets = MakePackets({{0s, "a > b S. 0:0(0) ack 7 win 3 <mss 1460>"}});
  const auto differences = [&packets](const Script& script) {
    const Judgement judgement = JudgeTimes(script, {}, packets);
    EXPECT_EQ(Signs(judgement), "~");
    EXPECT_EQ(judgement.different, 1);
    EXPECT_EQ(judgement.missing + judgement.extra, 0);
    std::string text;
    for (const auto& [expected, actual] : judgement.lines.at(0).differences) {
      text += "[" + expected + "/" + actual + "]";
    }
    return text;
  };
  EXPECT_EQ(differences("a > b S. 0:0(0) ack 8"), "[ack 8/ack 7]");
  EXPECT_EQ(differences("a > b S. 0:0(0) win 4"), "[win 4/win 3]");
  EXPECT_EQ(differences("a > b S. 0:0(0) <mss 1400>"), "[<mss 1400>/<mss 1460>]");
  EXPECT_EQ(differences("a >| b S. 0:0(0)"), "[>| (hits a fault)/> (hits no fault)]");
  EXPECT_EQ(differences("a >| b S. 0:0(0) ack 8"),
            "[>| (hits a fault)/> (hits no fault)][ack 8/ack 7]");
  EXPECT_EQ(differences("? a > b S. 0:0(0) ack 8"), "[ack 8/ack 7]");
}

TEST(Align, FaultThatWasHitButNotExpectedIsDifferent) {
  EXPECT_EQ(SignsOf("a > b S 0:0(0)", MakePackets({{0s, "a >| b S 0:0(0)"}})), "~");
}

TEST(Align, IcmpErrorsGoByTheirMessage) {
  const auto packets = MakePackets(
      {{0us, "client > server S 0:0(0)"}, {40us, "router > client icmp frag-needed mtu 1300"}});
  EXPECT_EQ(SignsOf("client > server S 0:0(0)\nrouter > client icmp frag-needed", packets), "==");
  EXPECT_EQ(SignsOf("client > server S 0:0(0)\nrouter > client icmp 3/4 mtu 1300", packets), "==");
  EXPECT_EQ(SignsOf("client > server S 0:0(0)\nrouter > client icmp frag-needed mtu 1400", packets),
            "=~");
  EXPECT_EQ(SignsOf("client > server S 0:0(0)\nrouter >| client icmp frag-needed", packets), "=~");
  EXPECT_EQ(SignsOf("client > server S 0:0(0)\nrouter > client icmp net-unknown", packets), "=-+");
  EXPECT_EQ(SignsOf("client > server S 0:0(0)\nrouter > client R 0:0(0)", packets), "=-+");
}

TEST(Align, WordOfAnIcmpErrorIsThatOfThePacketsFamily) {
  auto packets = MakePackets({{0us, "router > client icmp 1/4"}});
  EXPECT_EQ(SignsOf("router > client icmp port-unreachable", packets), "-+");
  packets[0].packet.source.address = IpAddress::Parse("fd00::1");
  EXPECT_EQ(SignsOf("router > client icmp port-unreachable", packets), "=");
}

TEST(Align, BoundIcmpMessageStandsForItsLine) {
  const auto packets = MakePackets({{0us, "router > client icmp 3/13"}});
  const Script script("router > client icmp refusal");
  EXPECT_EQ(Signs(JudgeTimes(script, {Bind("refusal", IcmpMessage{3, 13})}, packets)), "=");
  EXPECT_EQ(Signs(JudgeTimes(script, {Bind("refusal", IcmpMessage{3, 9})}, packets)), "-+");
}

TEST(Align, NeighboursGoByTheirEnds) {
  const auto packets = MakePackets({{0us, "client > 10.0.0.9 who-has"}, {1s, "b > client is-at"}});
  EXPECT_EQ(SignsOf("client > 10.0.0.9 who-has\n+1s ? b > client is-at", packets), "==");
  EXPECT_EQ(SignsOf("client > 10.0.0.8 who-has\nb > client is-at", packets), "-+=");
}

TEST(Align, MissingLineIsBetterThanDifferentPackets) {
  const Script script("a > b . 1:1(0) ack 1\n a > b . 1:1(0) ack 2\n a > b . 1:1(0) ack 3");
  EXPECT_EQ(
      SignsOf(script, MakePackets({{0s, "a > b . 1:1(0) ack 2"}, {1s, "a > b . 1:1(0) ack 3"}})),
      "-==");
}

TEST(Align, RunThatIsShiftedByOneIsNotDifferentThroughout) {
  const Script script("a > b . 1:1(0) ack 1\n a > b . 1:1(0) ack 2\n a > b . 1:1(0) ack 3");
  EXPECT_EQ(SignsOf(script, MakePackets({{0s, "a > b . 1:1(0) ack 2"},
                                         {1s, "a > b . 1:1(0) ack 3"},
                                         {2s, "a > b . 1:1(0) ack 4"}})),
            "-==+");
}

TEST(Align, EqualPacketsArePairedEarly) {
  EXPECT_EQ(SignsOf("a > b S 0:0(0)\n a > b . 1:1(0) *2\n a > b R 1:1(0)",
                    MakePackets({{0s, "a > b . 1:1(0)"}, {1s, "a > b R 1:1(0)"}})),
            "-=-=");
}

TEST(Align, OptionalLineMayOccurOrNot) {
  const Script script("handshake\n ? server > client . 1:1(0) ack 5\n server > client F. 1:1(0)");
  EXPECT_EQ(SignsOf(script, HandshakeThen({{1s, "server > client F. 1:1(0) ack 5"}})), "====");
  EXPECT_EQ(SignsOf(script, HandshakeThen({{1s, "server > client . 1:1(0) ack 5"},
                                           {2s, "server > client F. 1:1(0) ack 5"}})),
            "=====");
  EXPECT_EQ(SignsOf(script, HandshakeThen({{1s, "server > client . 1:1(0) ack 5"},
                                           {2s, "server > client . 1:1(0) ack 5"},
                                           {3s, "server > client F. 1:1(0) ack 5"}})),
            "====+=");
}

TEST(Align, RequiredLineTakesThePacketBeforeAnOptionalOneOfTheSameForm) {
  EXPECT_EQ(SignsOf("? a > b . 1:1(0)\n a > b . 1:1(0)", MakePackets({{0s, "a > b . 1:1(0)"}})),
            "=");
  EXPECT_EQ(SignsOf("? a > b . 1:1(0)\n a > b . 1:1(0)",
                    MakePackets({{0s, "a > b . 1:1(0)"}, {1s, "a > b . 1:1(0)"}})),
            "==");
}

TEST(Align, RepeatsAreUnrolled) {
  const auto packets = HandshakeThen(
      {{1s, "client >| server . 0:0(0) ack 1"}, {2s, "client >| server . 0:0(0) ack 1"}});
  EXPECT_EQ(SignsOf("handshake\n client >| server . 0:0(0) *2", packets), "=====");
  EXPECT_EQ(SignsOf("handshake\n client >| server . 0:0(0)", packets), "====+");
  EXPECT_EQ(SignsOf("handshake\n ? client >| server . 0:0(0) *5", packets), "=====");
  const Script named("handshake\n client >| server . 0:0(0) *n");
  EXPECT_EQ(Signs(JudgeTimes(named, {Bind("n", 2)}, packets)), "=====");
  EXPECT_EQ(Signs(JudgeTimes(named, {Bind("n", 3)}, packets)), "=====-");
  EXPECT_EQ(Signs(JudgeTimes(named, {Bind("n", 0)}, packets)), "===++");
}

TEST(Align, LastOfEqualLinesIsTheMissingOne) {
  const Script script("handshake\n client >| server . 0:0(0) *3\n client > server R. 1:1(0)");
  EXPECT_EQ(SignsOf(script, HandshakeThen({{1s, "client >| server . 0:0(0)"},
                                           {2s, "client >| server . 0:0(0)"},
                                           {3s, "client > server R. 1:1(0)"}})),
            "=====-=");
}

TEST(AlignTimes, PacketIsNeverEarlyAndOnlySoLate) {
  const Script script("handshake\n +1s client > server . 0:0(0)");
  const auto sign_at = [&script](Duration time) {
    return SignsOf(script, HandshakeThen({{time, "client > server . 0:0(0)"}})).back();
  };
  EXPECT_EQ(sign_at(1s - 1ns), '<');
  EXPECT_EQ(sign_at(1s), '=');  // since the start of the exchange, which is the handshake
  EXPECT_EQ(sign_at(1125ms + 80us), '=');  // since the client's last packet
  EXPECT_EQ(sign_at(1125ms + 80us + 1ns), '>');
}

TEST(AlignTimes, ViolationTellsNominalMeasuredAndBound) {
  const Script script("handshake\n +1s client > server . 0:0(0)");
  const Judgement late =
      JudgeTimes(script, {}, HandshakeThen({{1311ms + 80us, "client > server . 0:0(0)"}}));
  ASSERT_TRUE(late.lines.back().time.has_value());
  EXPECT_EQ(late.late, 1);
  EXPECT_EQ(late.lines.back().time->nominal, 1s);
  EXPECT_EQ(late.lines.back().time->measured, 1311ms);
  EXPECT_EQ(late.lines.back().time->bound, 1125ms);

  const Judgement early =
      JudgeTimes(script, {}, HandshakeThen({{700ms, "client > server . 0:0(0)"}}));
  ASSERT_TRUE(early.lines.back().time.has_value());
  EXPECT_EQ(early.early, 1);
  EXPECT_EQ(early.lines.back().time->measured, 700ms);
  EXPECT_EQ(early.lines.back().time->bound, 1s);
}

TEST(AlignTimes, EveryJudgedTimeIsTold) {
  const Script script("handshake\n +1s client > server . 0:0(0)\n quiet 200ms");
  const Judgement judgement =
      JudgeTimes(script, {}, HandshakeThen({{1100ms, "client > server . 0:0(0)"}}), 2s);
  EXPECT_TRUE(judgement.as_expected());
  ASSERT_EQ(judgement.timings.size(), 2u);
  const Timing& packet = judgement.timings[0];
  EXPECT_EQ(packet.seen, kStart + 1100ms);
  EXPECT_EQ(packet.what, "client >  server  .   0:0(0) ack 0");
  EXPECT_EQ(packet.nominal, 1s);
  EXPECT_EQ(packet.measured, 1100ms) << "since the start of the handshake";
  EXPECT_EQ(packet.bound, 1125ms);
  const Timing& quiet = judgement.timings[1];
  EXPECT_EQ(quiet.seen, kStart + 2s);
  EXPECT_EQ(quiet.what, "quiet 200ms");
  EXPECT_EQ(quiet.nominal, 200ms);
  EXPECT_EQ(quiet.measured, 900ms);
  EXPECT_EQ(quiet.bound, std::nullopt);
}

TEST(AlignTimes, LatenessIsAskedForWithTheMomentsOfTheTimer) {
  const auto packets = HandshakeThen({{2s, "client > server . 0:0(0)"}});
  TimePoint armed;
  TimePoint fired;
  Duration asked{0};
  const Script script("handshake\n +1s client > server . 0:0(0)");
  const Judgement judgement =
      Judge(script, {},
            {.packets = packets,
             .end = kStart + 3s,
             .lateness = [&](Duration nominal, TimePoint from, TimePoint to) {
               asked = nominal;
               armed = from;
               fired = to;
               return Duration(1s);
             }});
  EXPECT_TRUE(judgement.as_expected());
  EXPECT_EQ(asked, 1s);
  EXPECT_EQ(armed, kStart + 80us);
  EXPECT_EQ(fired, kStart + 2s);
}

TEST(AlignTimes, TimeRunsFromThePreviousPacketOfTheSameSender) {
  const Script script(R"(
      handshake
      +1s   client > server P. 1:5(4)
      +200ms ? server > client . 1:1(0) ack 5   // since the server's S.: late
      +1s   client > server P. 5:9(4)
  )");
  EXPECT_EQ(SignsOf(script, HandshakeThen({{1s + 80us, "client > server P. 1:5(4)"},
                                           {1800ms, "server > client . 1:1(0) ack 5"},
                                           {2s + 80us, "client > server P. 5:9(4)"}})),
            "====>=");
}

TEST(AlignTimes, FirstPacketOfASenderIsTimedByTheOther) {
  EXPECT_EQ(SignsOf("a > b S 0:0(0)\n +1s b > a R. 0:0(0)",
                    MakePackets({{0s, "a > b S 0:0(0)"}, {1s, "b > a R. 0:0(0)"}})),
            "==");
  EXPECT_EQ(SignsOf("a > b S 0:0(0)\n +1s b > a R. 0:0(0)",
                    MakePackets({{0s, "a > b S 0:0(0)"}, {900ms, "b > a R. 0:0(0)"}})),
            "=<");
}

TEST(AlignTimes, TimedPacketThatComesFirstIsEarly) {
  EXPECT_EQ(
      SignsOf("? a > b S 0:0(0)\n +1s b > a R. 0:0(0)", MakePackets({{0s, "b > a R. 0:0(0)"}})),
      "<");
}

TEST(AlignTimes, TimerMayHaveBeenArmedByWhatTheBaseAnswered) {
  const Script script(R"(
      a > b P. 1:5(4)
      b > a .  1:1(0)
      +1s b > a F. 1:1(0)
  )");
  // The base comes 900 us behind what it answers; 1 ms behind it would be another exchange.
  EXPECT_EQ(SignsOf(script, MakePackets({{0us, "a > b P. 1:5(4)"},
                                         {900us, "b > a . 1:1(0)"},
                                         {1s, "b > a F. 1:1(0)"}})),
            "===");
  EXPECT_EQ(SignsOf(script, MakePackets({{0us, "a > b P. 1:5(4)"},
                                         {1ms, "b > a . 1:1(0)"},
                                         {1s, "b > a F. 1:1(0)"}})),
            "==<");
}

TEST(AlignTimes, ScheduleGivesOneTimeToEachRepeat) {
  const Script script("a >| b S 0:0(0)\n +backoff a >| b S 0:0(0) *n");
  const std::vector<Binding> bindings{Bind("backoff", std::vector<Duration>{1s, 2s, 4s}),
                                      Bind("n", 3)};
  EXPECT_EQ(Signs(JudgeTimes(script, bindings,
                             MakePackets({{0s, "a >| b S 0:0(0)"},
                                          {1s, "a >| b S 0:0(0)"},
                                          {3s, "a >| b S 0:0(0)"},
                                          {7s, "a >| b S 0:0(0)"}}))),
            "====");
  EXPECT_EQ(Signs(JudgeTimes(script, bindings,
                             MakePackets({{0s, "a >| b S 0:0(0)"},
                                          {1s, "a >| b S 0:0(0)"},
                                          {2s, "a >| b S 0:0(0)"},
                                          {7s, "a >| b S 0:0(0)"}}))),
            "==<>");
}

TEST(AlignTimes, OneTimeHoldsForEveryRepeat) {
  const auto packets =
      MakePackets({{0s, "a >| b S 0:0(0)"}, {1s, "a >| b S 0:0(0)"}, {2s, "a >| b S 0:0(0)"}});
  EXPECT_EQ(SignsOf("a >| b S 0:0(0)\n +1s a >| b S 0:0(0) *2", packets), "===");
  EXPECT_EQ(Signs(JudgeTimes("a >| b S 0:0(0)\n +t a >| b S 0:0(0) *2", {Bind("t", 1s)}, packets)),
            "===");
}

TEST(AlignQuiet, HoldsBetweenTwoPackets) {
  const Script script("a > b P. 1:5(4)\n quiet 200ms\n b > a . 1:1(0)");
  const auto at = [&script](Duration time) {
    return SignsOf(script, MakePackets({{0s, "a > b P. 1:5(4)"}, {time, "b > a . 1:1(0)"}}));
  };
  EXPECT_EQ(at(200ms), "==");
  EXPECT_EQ(at(200ms - 1ns), "=<");
}

TEST(AlignQuiet, HoldsToTheEndOfTheRecord) {
  const Script script("a > b R 1:1(0)\n quiet 200ms");
  const auto packets = MakePackets({{1s, "a > b R 1:1(0)"}});
  EXPECT_EQ(Signs(JudgeTimes(script, {}, packets, 1200ms)), "=");
  const Judgement judgement = JudgeTimes(script, {}, packets, 1120ms);
  EXPECT_EQ(Signs(judgement), "=q");
  EXPECT_EQ(judgement.early, 1);
  EXPECT_FALSE(judgement.as_expected());
  EXPECT_EQ(judgement.unfinished_quiet->measured, 120ms);
}

TEST(AlignQuiet, PacketWithinItIsExtra) {
  const Judgement judgement =
      JudgeTimes("a > b R 1:1(0)\n quiet 200ms", {},
                 MakePackets({{0s, "a > b R 1:1(0)"}, {50ms, "a > b R 1:1(0)"}}));
  EXPECT_EQ(Signs(judgement), "=+");
  EXPECT_EQ(judgement.early, 0);
  EXPECT_EQ(judgement.lines[1].quiet->measured, 50ms);
}

TEST(AlignQuiet, BeginsBehindTheLastExpectedPacket) {
  const Judgement judgement = JudgeTimes(
      "a > b P. 1:5(4)\n b > a . 1:1(0)\n quiet 200ms", {},
      MakePackets({{0s, "a > b P. 1:5(4)"}, {10ms, "a > b P. 1:5(4)"}, {20ms, "b > a . 1:1(0)"}}));
  EXPECT_EQ(Signs(judgement), "=+=");
  EXPECT_FALSE(judgement.lines[1].quiet.has_value());
}

TEST(AlignQuiet, HoldsToTheEndIfOnlyOptionalLinesFollow) {
  const Script script("a > b R 1:1(0)\n quiet 200ms\n ? b > a R 1:1(0)");
  EXPECT_EQ(Signs(JudgeTimes(script, {}, MakePackets({{0s, "a > b R 1:1(0)"}}), 100ms)), "=q");
  EXPECT_EQ(TrailingQuiet(script, {}), 200ms);
}

TEST(Align, TrailingQuietIsTheLongestBehindTheLastRequiredLine) {
  EXPECT_EQ(TrailingQuiet("", {}), 0s);
  EXPECT_EQ(TrailingQuiet("handshake", {}), 0s);
  EXPECT_EQ(TrailingQuiet("handshake\n quiet 1s\n a > b R 1:1(0)", {}), 0s);
  EXPECT_EQ(TrailingQuiet("handshake\n quiet 1s\n quiet 2s", {}), 2s);
  EXPECT_EQ(TrailingQuiet("quiet pause", std::vector{Bind("pause", 3s)}), 3s);
}

TEST(Align, RequiredPacketsCountsRepeatsAndHandshakes) {
  EXPECT_EQ(RequiredPackets("", {}), 0u);
  EXPECT_EQ(RequiredPackets("handshake\n ? a > b . 1:1(0) *7\n a > b . 1:1(0) *n\n quiet 1s",
                            std::vector{Bind("n", 4)}),
            7u);
}

TEST(AlignNames, WrongBindingsAreToldByNameAndLine) {
  const Script time("handshake\n +idle a > b . 1:1(0)");
  const Script count("handshake\n a > b . 1:1(0) *n");
  const Script both("handshake\n +backoff a > b . 1:1(0) *2");
  EXPECT_EQ(ErrorOf(time, {}), "line 2: \"idle\" is not bound; bound: nothing");
  EXPECT_EQ(ErrorOf(time, {Bind("n", 3), Bind("idel", 1s)}),
            "line 2: \"idle\" is not bound; bound: \"n\", \"idel\"");
  EXPECT_EQ(ErrorOf(time, {Bind("idle", 3)}),
            "line 2: \"idle\" is bound to a count, but stands for a time");
  EXPECT_EQ(ErrorOf(time, {Bind("idle", -1s)}), "line 2: a bound time is -1000000000 ns");
  EXPECT_EQ(ErrorOf(time, {Bind("idle", 1s), Bind("idle", 2s)}), "line 2: \"idle\" is bound twice");
  EXPECT_EQ(ErrorOf(time, {Bind("idle", std::vector<Duration>{1s, 2s})}),
            "line 2: the schedule \"idle\" has 2 times, but its line needs 1");
  EXPECT_EQ(ErrorOf(both, {Bind("backoff", std::vector<Duration>{1s, 2s, 4s})}),
            "line 2: the schedule \"backoff\" has 3 times, but its line needs 2");
  EXPECT_EQ(ErrorOf(count, {Bind("n", 1s)}),
            "line 2: \"n\" is bound to a time, but stands for a count");
  EXPECT_EQ(ErrorOf(count, {Bind("n", -1)}), "line 2: \"n\" is -1");
  const Script message("a > b icmp refusal");
  EXPECT_EQ(ErrorOf(message, {}), "line 1: \"refusal\" is not bound; bound: nothing");
  EXPECT_EQ(ErrorOf(message, {Bind("refusal", 1)}),
            "line 1: \"refusal\" is bound to a count, but stands for an ICMP message");
  EXPECT_EQ(ErrorOf(both, {Bind("backoff", std::vector<Duration>{1s, 2s})}), "");
}

TEST(Align, LargeRecordsAlign) {
  std::vector<WirePacket> packets(5'000, MakePacket({0s, "a > b . 1:1(0)"}));
  for (std::size_t i = 0; i < packets.size(); ++i) packets[i].time += i * 1ms;
  const std::vector<Binding> bindings{Bind("n", 2'500)};
  const Script script("a > b . 1:1(0) *n\n ? b > a . 1:1(0) *n\n a > b . 1:1(0) *n");
  EXPECT_TRUE(JudgeTimes(script, bindings, packets).as_expected());

  // Nothing agrees at the start and a packet is lost in the middle: the whole table is needed.
  packets.erase(packets.begin() + 2'500);
  packets.front() = MakePacket({0s, "b > a S 0:0(0)"});
  const Judgement judgement = JudgeTimes(script, bindings, packets);
  EXPECT_EQ(judgement.missing, 2);
  EXPECT_EQ(judgement.extra, 1);
}

TEST(AlignPath, EndsThatAgreeAreCutOffWithoutAPriceToPay) {
  // A small alphabet, so that there are many ways; the cut must not cost more than none.
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    const auto at = [seed](std::size_t i, std::uint32_t salt) {
      return (static_cast<std::uint32_t>(i) * 2654435761u ^ seed * 40503u ^ salt) >> 7 & 1;
    };
    AlignCosts costs{
        .pair = [&](std::size_t e, std::size_t a) { return at(e, 1) == at(a, 2) ? 0u : 150u; },
        .skip = [&](std::size_t e) { return e % 3 == 0 ? 0u : 100u; },
        .extra = 100};
    const auto price = [&](const std::vector<AlignStep>& path) {
      std::uint32_t total = 0;
      std::size_t e = 0;
      std::size_t a = 0;
      for (const AlignStep step : path) {
        if (step == AlignStep::kPair) total += costs.pair(e++, a++);
        if (step == AlignStep::kSkip) total += costs.skip(e++);
        if (step == AlignStep::kExtra) total += costs.extra, ++a;
      }
      EXPECT_EQ(e, 6u);
      EXPECT_EQ(a, 5u);
      return total;
    };
    // Reference: the plain recursion over all ways.
    const std::function<std::uint32_t(std::size_t, std::size_t)> best =
        [&](std::size_t e, std::size_t a) -> std::uint32_t {
      if (e == 6) return static_cast<std::uint32_t>(5 - a) * costs.extra;
      const std::uint32_t skip = costs.skip(e) + best(e + 1, a);
      if (a == 5) return skip;
      return std::min({skip, costs.extra + best(e, a + 1), costs.pair(e, a) + best(e + 1, a + 1)});
    };
    EXPECT_EQ(price(CheapestPath(6, 5, costs)), best(0, 0)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/ladder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <string>
#include <vector>

#include "harness/report/ladder_text.h"
#include "harness/report/read_report.h"
#include "tests/timeline_story.h"

namespace halfopen {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Ladder LadderOfRun(const char* run) {
  return MakeLadder(ReadTimeline(std::string(HALFOPEN_TEST_TIMELINES) + "/" + run));
}

std::vector<std::string> NamesIn(const Ladder& ladder) {
  std::vector<std::string> names;
  for (const Ladder::Lifeline& lifeline : ladder.lifelines) {
    names.push_back(lifeline.name + (lifeline.transit ? " passes on" : ""));
  }
  return names;
}

TEST(Ladder, HasWhoConnectsOnTheLeft) {
  Timeline timeline = TimelineOf("1 server >  client  S   0:0(0)");
  EXPECT_THAT(NamesIn(MakeLadder(timeline)), ElementsAre("server", "client"));
  timeline = TimelineOf("1 client >  server  S   0:0(0)");
  EXPECT_THAT(NamesIn(MakeLadder(timeline)), ElementsAre("client", "server"));
}

TEST(Ladder, HasARouterInTheMiddle) {
  Timeline timeline = TimelineOf("1 client >  server  S   0:0(0)");
  timeline.taps.push_back({{"host", "router"}, {"addresses", {"10.0.0.9"}}, {"transit", true}});
  EXPECT_THAT(NamesIn(MakeLadder(timeline)), ElementsAre("client", "router passes on", "server"));
}

TEST(Ladder, KnowsTheHostsOfATimelineWithoutTaps) {
  const Ladder ladder = LadderOfRun("router");
  EXPECT_THAT(NamesIn(ladder), ElementsAre("client", "router passes on", "server"));
  ASSERT_FALSE(ladder.packets.empty());
  EXPECT_EQ(ladder.packets[0].from, 0);
  EXPECT_EQ(ladder.packets[0].to, 2);
  EXPECT_EQ(ladder.packets[0].fault_at, 1);
  EXPECT_EQ(ladder.packets[1].from, 1);  // the router's own
}

TEST(Ladder, FoldsTheSocketsOfLoopbackIntoTwoSides) {
  const Ladder ladder = LadderOfRun("loopback");
  EXPECT_THAT(NamesIn(ladder), ElementsAre("client", "server"));
  for (const Ladder::Packet& packet : ladder.packets) EXPECT_EQ(packet.from + packet.to, 1);
  for (const Ladder::Call& call : ladder.calls) {
    EXPECT_EQ(call.lifeline, call.socket == "server" ? 1 : 0) << call.text;
  }
}

TEST(Ladder, HasTwoHoursOfKeepaliveInOneSpan) {
  const Ladder ladder = LadderOfRun("keepalive_expiry");
  ASSERT_THAT(ladder.timers, SizeIs(10));
  const Ladder::Timer& timer = ladder.timers.front();
  EXPECT_EQ(timer.kind, "keepalive");
  EXPECT_TRUE(timer.fired);
  EXPECT_EQ(timer.lifeline, 0);
  EXPECT_NEAR(static_cast<double>(timer.end - timer.begin) / 1e9, 7200, 132);
  EXPECT_EQ(ladder.faults.at(0).hits, 10);
}

TEST(Ladder, HasNoStatesOfAPeerWithoutSockets) {
  const Ladder ladder = MakeLadder(TimelineOf(R"(
      1.0 client connect(10.0.0.2:80) = 0 until 1.1
      1.0 client >  server  S   0:0(0)
      1.1 server >  client  S.  0:0(0) ack 1
  )"));
  ASSERT_THAT(ladder.states, SizeIs(2));
  for (const Ladder::State& state : ladder.states) EXPECT_EQ(state.lifeline, 0);
}

TEST(Ladder, JoinsWhatAProgramWritesLetterByLetter) {
  const Ladder ladder = MakeLadder(TimelineOf(R"(
      1.00 client curl stderr n
      1.01 client curl stderr o
      1.02 client curl stdout yes
      5.00 client curl stdout later
  )"));
  ASSERT_THAT(ladder.outputs, SizeIs(3));
  EXPECT_EQ(ladder.outputs[0].text, "no");
}

// Any value in any place: nothing may crash, and everything is drawn.
TEST(Ladder, TakesAnythingForATimeline) {
  const Timeline good = ReadTimeline(std::string(HALFOPEN_TEST_TIMELINES) + "/accept_queue");
  const nlohmann::json values[] = {nullptr,
                                   true,
                                   -1,
                                   std::numeric_limits<std::int64_t>::max(),
                                   std::numeric_limits<std::int64_t>::min(),
                                   std::numeric_limits<std::uint64_t>::max(),
                                   1e300,
                                   "",
                                   "\x1b[2J",
                                   std::string(5000, 'x'),
                                   "<TCP:[",
                                   "]> >| ::: -> = ",
                                   nlohmann::json::array({1, nullptr}),
                                   nlohmann::json::object()};
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    Timeline bad = good;
    for (nlohmann::json& event : bad.events) {
      if (random() % 4 != 0) continue;
      auto field = event.begin();
      std::advance(field, static_cast<std::ptrdiff_t>(random() % event.size()));
      *field = values[random() % std::size(values)];
      if (random() % 8 == 0) event = nlohmann::json::object();
    }
    if (round % 3 == 0) bad.taps = values[random() % std::size(values)];
    const Ladder ladder = MakeLadder(bad);
    EXPECT_FALSE(ToJson(ladder).dump().empty());
    EXPECT_EQ(LadderText(ladder, {}).find('\x1b'), std::string::npos);
  }
}

TEST(Ladder, OfNothingIsEmpty) {
  const Ladder ladder = MakeLadder(Timeline{});
  EXPECT_THAT(ladder.lifelines, IsEmpty());
  EXPECT_EQ(ladder.end, 0);
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/tcp_states.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/report/ladder_lifelines.h"
#include "harness/report/read_report.h"
#include "tests/timeline_story.h"

namespace halfopen {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kHandshake[] = R"(
    0.001 client >  server  S   0:0(0)
    0.002 server >  client  S.  0:0(0) ack 1
    0.003 client >  server  .   1:1(0) ack 1
)";

TcpStates StatesIn(const Timeline& timeline) {
  return DeriveTcpStates(ReadTcpTrace(timeline, LadderLifelines(timeline)));
}
TcpStates StatesIn(const std::string& story) { return StatesIn(TimelineOf(story)); }

// The states of one end, in their order.
std::vector<std::string> Of(const char* label, const TcpStates& states) {
  std::vector<std::string> names;
  for (const Ladder::State& state : states.spans) {
    if (state.label == label && !state.remote.empty()) names.push_back(state.state);
  }
  return names;
}

TEST(TcpStates, FollowTheSegmentsOfAnOrdinaryConnection) {
  const TcpStates states = StatesIn(std::string(kHandshake) + R"(
      1.0 client >  server  F.  1:1(0) ack 1
      1.1 server >  client  .   1:1(0) ack 2
      2.0 server >  client  F.  1:1(0) ack 2
      2.1 client >  server  .   2:2(0) ack 2
      70  server ss LISTEN
  )");
  EXPECT_THAT(Of("client", states),
              ElementsAre("SYN-SENT", "ESTAB", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "CLOSE"));
  EXPECT_THAT(Of("server", states),
              ElementsAre("SYN-RECV", "ESTAB", "CLOSE-WAIT", "LAST-ACK", "CLOSE"));
  EXPECT_EQ(states.spans.front().begin, 1'000'000);
  for (const Ladder::State& state : states.spans) {
    if (state.state == "TIME-WAIT") {
      EXPECT_EQ(state.end - state.begin, 60'000'000'000);
    }
  }
}

TEST(TcpStates, OfBothEndsThatCloseAtOnce) {
  const TcpStates states = StatesIn(std::string(kHandshake) + R"(
      1.000000 client >  server  F.  1:1(0) ack 1
      1.000001 server >  client  F.  1:1(0) ack 1
      1.1      client >  server  .   2:2(0) ack 2
      1.2      server >  client  .   2:2(0) ack 2
  )");
  for (const char* end : {"client", "server"}) {
    EXPECT_THAT(Of(end, states), testing::IsSupersetOf({"FIN-WAIT-1", "CLOSING", "TIME-WAIT"}));
  }
}

TEST(TcpStates, OfBothEndsThatConnectAtOnce) {
  const TcpStates states = StatesIn(R"(
      1.000000 client >  server  S   0:0(0)
      1.000001 server >  client  S   0:0(0)
      1.1      client >  server  S.  0:0(0) ack 1
      1.2      server >  client  S.  0:0(0) ack 1
  )");
  EXPECT_THAT(Of("client", states), ElementsAre("SYN-SENT", "SYN-RECV", "ESTAB"));
  EXPECT_THAT(Of("server", states), ElementsAre("SYN-SENT", "SYN-RECV", "ESTAB"));
}

TEST(TcpStates, ADroppedSegmentChangesOnlyItsSender) {
  const TcpStates states = StatesIn(std::string(kHandshake) + R"(
      0.5 fault ip saddr 10.0.0.1 drop
      1.0 client >| server  F.  1:1(0) ack 1
      1.1 client >? server  F.  1:1(0) ack 1
  )");
  EXPECT_THAT(Of("client", states), ElementsAre("SYN-SENT", "ESTAB", "FIN-WAIT-1"));
  EXPECT_THAT(Of("server", states), ElementsAre("SYN-RECV", "ESTAB"));
}

TEST(TcpStates, OnlyTheResetThatIsExpectedResets) {
  const TcpStates states = StatesIn(std::string(kHandshake) + R"(
      1.0 server >  client  R   101:101(0)
      1.1 client >  server  .   1:1(0) ack 1
      2.0 server >  client  R   1:1(0)
  )");
  EXPECT_THAT(Of("client", states), ElementsAre("SYN-SENT", "ESTAB", "CLOSE"));
  EXPECT_EQ(states.spans.back().begin, 2'000'010'000);
}

TEST(TcpStates, AnAnswerToAStrangerResetsNothing) {
  const TcpStates states = StatesIn(R"(
      1.0 client >  server  P.  1:5(4) ack 1
      1.1 server >  client  R   1:1(0)
  )");
  EXPECT_THAT(states.spans, IsEmpty());
}

TEST(TcpStates, AFinWaitsForTheDataBeforeIt) {
  const TcpStates states = StatesIn(std::string(kHandshake) + R"(
      1.0 server >? client  P.  1:5(4) ack 1
      1.1 server >  client  F.  5:5(0) ack 1
      1.2 client >  server  .   1:1(0) ack 1
      2.0 server >  client  P.  1:5(4) ack 1
  )");
  EXPECT_THAT(Of("client", states), ElementsAre("SYN-SENT", "ESTAB", "CLOSE-WAIT"));
  EXPECT_EQ(states.spans.back().begin, 2'000'010'000);
}

TEST(TcpStates, AnAckThatAFullQueuePassesOverLeavesSynRecv) {
  const TcpStates states = StatesIn(std::string(kHandshake) + R"(
      1.0 server >  client  S.  0:0(0) ack 1
      1.1 client >  server  .   1:1(0) ack 1
  )");
  EXPECT_THAT(Of("server", states), ElementsAre("SYN-RECV", "ESTAB"));
  EXPECT_EQ(states.spans.back().begin, 1'100'010'000);
}

TEST(TcpStates, DataThatComesAgainWasPassedOverToo) {
  const TcpStates states = StatesIn(std::string(kHandshake) + R"(
      0.1 client >  server  P.  1:5(4) ack 1
      0.3 client >  server  P.  1:5(4) ack 1
      0.4 server >  client  .   1:1(0) ack 5
  )");
  EXPECT_EQ(states.spans.back().state, "ESTAB");
  EXPECT_EQ(states.spans.back().begin, 300'010'000);
}

TEST(TcpStates, ACallThatFailsEndsTheConnection) {
  const TcpStates refused = StatesIn(R"(
      1.0 client >? server  S   0:0(0)
      1.0 client connect(10.0.0.2:80) = -1 ETIMEDOUT (Connection timed out) until 3
  )");
  EXPECT_THAT(Of("client", refused), ElementsAre("SYN-SENT", "CLOSE"));
  EXPECT_EQ(refused.spans.back().begin, 3'000'000'000);
  const TcpStates again = StatesIn(std::string(kHandshake) + R"(
      1.0 client recv(4096) = -1 EAGAIN (Resource temporarily unavailable)
  )");
  EXPECT_THAT(Of("client", again), ElementsAre("SYN-SENT", "ESTAB"));
}

TEST(TcpStates, ACloseWhoseFinHasToWaitIsOne) {
  const TcpStates states = StatesIn(std::string(kHandshake) + R"(
      1.0 server >  client  .   1:1(0) ack 1 win 0
      2.0 client close() = 0
  )");
  EXPECT_THAT(Of("client", states), ElementsAre("SYN-SENT", "ESTAB", "FIN-WAIT-1"));
}

TEST(TcpStates, WhoSharesItsLabelWithAListenerIsToldFromIt) {
  const TcpStates states = StatesIn(R"(
      0.0001 server bind(10.0.0.2:80) = 0
      0.0002 server listen(128) = 0
  )" + std::string(kHandshake) + R"(
      1.0 server close() = 0
      2.0 server close() = 0 until 2.5
      2.1 server >  client  F.  1:1(0) ack 1
  )");
  EXPECT_EQ(states.spans.front().state, "LISTEN");
  EXPECT_EQ(states.spans.front().end, 1'000'001'000);
  EXPECT_THAT(Of("server", states), ElementsAre("SYN-RECV", "ESTAB", "FIN-WAIT-1"));
}

TEST(TcpStates, WhoStopsRepeatingHasGivenUp) {
  const TcpStates states = StatesIn(std::string(kHandshake) + R"(
      1   client >? server  F.  1:1(0) ack 1
      2   client >? server  F.  1:1(0) ack 1
      4   client >? server  F.  1:1(0) ack 1
      20  server ss LISTEN
  )");
  EXPECT_THAT(Of("client", states), ElementsAre("SYN-SENT", "ESTAB", "FIN-WAIT-1", "CLOSE"));
  EXPECT_EQ(states.spans.at(4).begin, 1'000'000'000);
  EXPECT_EQ(states.spans.at(4).end, 8'000'000'000);
}

TEST(TcpStates, WhatWasSeenIsBelieved) {
  const TcpStates states = StatesIn(std::string(kHandshake) + R"(
      1.0 client ss ESTAB
      2.0 client ss CLOSE-WAIT
  )");
  EXPECT_THAT(Of("client", states), ElementsAre("SYN-SENT", "ESTAB", "CLOSE-WAIT"));
  EXPECT_EQ(states.observations, 2U);
  ASSERT_EQ(states.corrections.size(), 1U);
  EXPECT_EQ(states.corrections[0].derived, TcpState::kEstablished);
  EXPECT_EQ(states.corrections[0].observed, TcpState::kCloseWait);
  EXPECT_TRUE(states.spans.back().observed);
  EXPECT_FALSE(states.spans.front().observed);
}

// Timelines of real runs: what was derived up to each look is what the kernel then said.
TEST(TcpStates, AgreeWithTheKernelInRecordedRuns) {
  std::size_t observations = 0;
  for (const char* run : {"rst_after_fin", "keepalive_expiry", "accept_queue", "loopback", "router",
                          "netcat", "fin_wait_2"}) {
    const Timeline timeline = ReadTimeline(std::string(HALFOPEN_TEST_TIMELINES) + "/" + run);
    ASSERT_EQ(timeline.problem, "") << run;
    const TcpStates states = StatesIn(timeline);
    observations += states.observations;
    for (const TcpStates::Correction& correction : states.corrections) {
      ADD_FAILURE() << run << " at " << correction.time << ": " << correction.local << " "
                    << correction.remote << " " << correction.derived << " was "
                    << correction.observed;
    }
  }
  EXPECT_GT(observations, 10U);
}

}  // namespace
}  // namespace halfopen

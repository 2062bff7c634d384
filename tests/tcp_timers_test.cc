// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/tcp_timers.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/report/ladder_lifelines.h"
#include "tests/timeline_story.h"

namespace halfopen {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kOpen[] = R"(
    0.001 client >  server  S   0:0(0)
    0.002 server >  client  S.  0:0(0) ack 1
    0.003 client >  server  .   1:1(0) ack 1
)";

// "client keepalive 1.000-8.000 fired"
std::vector<std::string> TimersIn(const std::string& story) {
  const Timeline timeline = TimelineOf(story);
  const TcpTrace trace = ReadTcpTrace(timeline, LadderLifelines(timeline));
  std::vector<std::string> timers;
  for (const Ladder::Timer& timer : DeriveTcpTimers(trace, DeriveTcpStates(trace).spans)) {
    timers.push_back(fmt::format(
        "{} {} {:.3f}-{:.3f}{}", timer.label, timer.kind, static_cast<double>(timer.begin) / 1e9,
        static_cast<double>(timer.end) / 1e9, timer.fired ? " fired" : ""));
  }
  return timers;
}

TEST(TcpTimers, NoneOfAConnectionThatIsAnsweredAtOnce) {
  EXPECT_THAT(TimersIn(std::string(kOpen) + R"(
      1.000 client >  server  P.  1:5(4) ack 1
      1.001 server >  client  .   1:1(0) ack 5
  )"),
              IsEmpty());
}

TEST(TcpTimers, RetransmissionFromEachSendingToTheNext) {
  EXPECT_THAT(TimersIn(std::string(kOpen) + R"(
      1.0 client >? server  P.  1:5(4) ack 1
      1.2 client >? server  P.  1:5(4) ack 1
      1.6 client >  server  P.  1:5(4) ack 1
      1.9 server >  client  .   1:1(0) ack 5
  )"),
              ElementsAre("client on 1.000-1.200 fired", "client on 1.200-1.600 fired",
                          "client on 1.600-1.900"));
}

TEST(TcpTimers, RetransmissionThatEndsTheConnection) {
  EXPECT_THAT(TimersIn(R"(
      1.0 client >? server  S   0:0(0)
      1.0 client connect(10.0.0.2:80) = -1 ETIMEDOUT (Connection timed out) until 4
      2.0 client >? server  S   0:0(0)
  )"),
              ElementsAre("client on 1.000-2.000 fired", "client on 2.000-4.000 fired"));
}

TEST(TcpTimers, KeepaliveFromTheLastSignOfLife) {
  EXPECT_THAT(TimersIn(std::string(kOpen) + R"(
      5.0    client setsockopt(SO_KEEPALIVE, 1) = 0
      6      fault ip saddr 10.0.0.1 drop
      7205.3 client >| server  .   0:0(0) ack 1
      7280.3 client >| server  .   0:0(0) ack 1
      7355.3 client >| server  R.  1:1(0) ack 1
  )"),
              ElementsAre("client keepalive 5.000-7205.300 fired",
                          "client keepalive 7205.300-7280.300 fired",
                          "client keepalive 7280.300-7355.300 fired"));
}

TEST(TcpTimers, KeepaliveBeginsAnewWithAnAnswer) {
  EXPECT_THAT(TimersIn(std::string(kOpen) + R"(
      10 client >  server  .   0:0(0) ack 1
      10.001 server >  client  .   1:1(0) ack 1
      20 client >  server  .   0:0(0) ack 1
  )"),
              testing::Contains("client keepalive 10.001-20.000 fired"));
}

TEST(TcpTimers, PersistWhileThePeersWindowIsZero) {
  EXPECT_THAT(TimersIn(std::string(kOpen) + R"(
      1.0 client >  server  P.  1:5(4) ack 1
      1.01 server >  client  .   1:1(0) ack 5 win 0
      1.21 client >  server  .   4:4(0) ack 1
      1.22 server >  client  .   1:1(0) ack 5 win 0
      1.61 client >  server  .   4:4(0) ack 1
      1.62 server >  client  .   1:1(0) ack 5 win 100
  )"),
              ElementsAre("client persist 1.010-1.210 fired", "client persist 1.210-1.610 fired"));
}

TEST(TcpTimers, TimeWaitForAMinute) {
  EXPECT_THAT(TimersIn(std::string(kOpen) + R"(
      1.0 client >  server  F.  1:1(0) ack 1
      1.0001 server >  client  F.  1:1(0) ack 2
      1.0002 client >  server  .   2:2(0) ack 2
      70 server ss LISTEN
  )"),
              ElementsAre("client timewait 1.000-61.000 fired"));
}

TEST(TcpTimers, AnAnswerIsNoTimer) {
  EXPECT_THAT(TimersIn(std::string(kOpen) + R"(
      1.0    client >? server  P.  1:5(4) ack 1
      1.0001 client >  server  P.  5:9(4) ack 1
      1.0002 server >  client  .   1:1(0) ack 1
      1.0003 client >  server  P.  1:5(4) ack 1
      1.0004 server >  client  .   1:1(0) ack 9
  )"),
              IsEmpty());
}

}  // namespace
}  // namespace halfopen

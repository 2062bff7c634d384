// SPDX-License-Identifier: GPL-2.0-or-later
#include "fixtures/hold_up.h"

#include <gtest/gtest.h>

#include <thread>

namespace halfopen {
namespace {

using std::chrono::milliseconds;

Duration SumOf(const std::atomic<std::int64_t>& held_up) { return Duration(held_up.load()); }

void Work(Duration time) {
  for (const TimePoint end = Clock::now() + time; Clock::now() < end;) {
  }
}

TEST(HoldUp, IsWhatTheStorysThreadDoesBetweenItsWaits) {
  std::atomic<std::int64_t> held_up = 0;
  WatchHoldUps(held_up);
  Work(milliseconds(20));
  {
    const WaitsForTcp waits;
    { const WaitsForTcp nested; }
    std::this_thread::sleep_for(milliseconds(200));
  }
  EXPECT_GE(SumOf(held_up), milliseconds(20));
  const Duration before = SumOf(held_up);
  Work(milliseconds(30));
  EndHoldUps();
  EXPECT_GE(SumOf(held_up) - before, milliseconds(30));
}

TEST(HoldUp, IsNothingThatAnIdleMachineDoesToo) {
  std::atomic<std::int64_t> held_up = 0;
  WatchHoldUps(held_up);
  AddHoldUp(kOrdinaryHoldUp);
  EXPECT_EQ(held_up, 0);
  AddHoldUp(kOrdinaryHoldUp + Duration(1));
  EXPECT_EQ(SumOf(held_up), kOrdinaryHoldUp + Duration(1));
  EndHoldUps();
}

TEST(HoldUp, IsToldByOtherThreadsToo) {
  std::atomic<std::int64_t> held_up = 0;
  WatchHoldUps(held_up);
  std::thread([] {
    const WaitsForTcp not_watched;
    AddHoldUp(milliseconds(50));
  }).join();
  EXPECT_GE(SumOf(held_up), milliseconds(50));
  EndHoldUps();
  const Duration before = SumOf(held_up);
  AddHoldUp(milliseconds(50));
  EXPECT_EQ(SumOf(held_up), before);
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/record/real_time.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <optional>
#include <thread>

#include "netns/error.h"

namespace halfopen {
namespace {

TEST(RealTime, HoldsForTheThreadAndWhatItStartsWhileItLives) {
  std::optional<RealTime> real_time;
  try {
    real_time.emplace();
  } catch (const EnvironmentError& refusal) {
    GTEST_SKIP() << refusal.what();
  }
  EXPECT_EQ(sched_getscheduler(0), SCHED_FIFO);
  int started = -1;
  std::thread([&] { started = sched_getscheduler(0); }).join();
  EXPECT_EQ(started, SCHED_FIFO);
  real_time.reset();
  EXPECT_EQ(sched_getscheduler(0), SCHED_OTHER);
  std::thread([&] { started = sched_getscheduler(0); }).join();
  EXPECT_EQ(started, SCHED_OTHER);
}

}  // namespace
}  // namespace halfopen

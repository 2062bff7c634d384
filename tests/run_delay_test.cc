// SPDX-License-Identifier: GPL-2.0-or-later
#include "fixtures/run_delay.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <thread>

#include "harness/expect/lateness.h"
#include "harness/record/run_delays.h"

namespace halfopen {
namespace {

using namespace std::chrono_literals;

void PinTo(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  ASSERT_EQ(sched_setaffinity(0, sizeof set, &set), 0);
}

TEST(RunDelay, IsWhatAThreadWaitsForItsCpu) {
  EXPECT_EQ(RunDelay(), 0s) << "nobody asked for it yet";
  WatchRunDelays();
  std::jthread([] {
    const int cpu = sched_getcpu();
    PinTo(cpu);
    const Duration before = RunDelay();
    // Two threads that never sleep share one CPU, so each of them has to wait for it.
    const std::jthread other([cpu](const std::stop_token& stop) {
      PinTo(cpu);
      while (!stop.stop_requested()) {
      }
    });
    const TimePoint begin = Clock::now();
    while (RunDelay() - before < 5ms) {
    }
    EXPECT_GE(RunDelaySince(begin), 5ms);
    EXPECT_GE(RunDelaySince(TimePoint::min()), before + 5ms) << "all that there ever was";
    EXPECT_LT(RunDelaySince(Clock::now()), 5s);
  });
}

TEST(RunDelay, CountsWhereACallWasUnderWay) {
  const TimePoint start = Clock::now() + 1h;  // no other test's call is there
  const auto keep = [&](Duration begin, Duration end, Duration delay) {
    Call call;
    call.begin = start + begin;
    call.end = start + end;
    call.run_delay = delay;
    KeepRunDelay(call);
  };
  keep(0ms, 10ms, 5ms);
  keep(0ms, 1000ms, 20ms);
  keep(500ms, 600ms, 100ms);
  EXPECT_EQ(RunDelayAround(start, start + 1000ms), 25ms);
  EXPECT_EQ(RunDelayAround(start + 10ms, start + 20ms), 25ms);
  EXPECT_EQ(RunDelayAround(start + 20ms, start + 30ms), 20ms);
  EXPECT_EQ(RunDelayAround(start + 550ms, start + 2000ms), 120ms);
  EXPECT_EQ(WindowFor({1s}, start, start + 1s).latest,
            WindowFor({1s}, start - 1s, start - 1ms).latest + 25ms);
}

}  // namespace
}  // namespace halfopen

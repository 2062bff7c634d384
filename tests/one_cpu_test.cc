// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/one_cpu.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <set>
#include <thread>

namespace halfopen {
namespace {

TEST(OneCpu, TakesThoseThatThereAreInTurn) {
  if (sysconf(_SC_NPROCESSORS_ONLN) < 2) {
    EXPECT_EQ(OneCpu(0), std::nullopt);
    return;
  }
  cpu_set_t allowed;
  ASSERT_EQ(sched_getaffinity(0, sizeof allowed, &allowed), 0);
  std::set<int> cpus;
  for (int number = 0; number < CPU_COUNT(&allowed); ++number) {
    const std::optional<int> cpu = OneCpu(number);
    ASSERT_TRUE(cpu);
    EXPECT_TRUE(CPU_ISSET(*cpu, &allowed));
    EXPECT_TRUE(cpus.insert(*cpu).second);
    EXPECT_EQ(OneCpu(number + CPU_COUNT(&allowed)), cpu);
  }
}

TEST(StayOn, HoldsForTheThreadAndWhatItStarts) {
  const std::optional<int> cpu = OneCpu(1);
  if (!cpu) GTEST_SKIP() << "this machine has one CPU";
  std::thread([&] {
    StayOn(*cpu);
    EXPECT_EQ(sched_getcpu(), *cpu);
    std::thread([&] { EXPECT_EQ(sched_getcpu(), *cpu); }).join();
  }).join();
}

}  // namespace
}  // namespace halfopen

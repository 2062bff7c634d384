// SPDX-License-Identifier: GPL-2.0-or-later
// Scenarios that take a whole guest with them. Anywhere else they fail and do nothing.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "harness/runner/run_context.h"
#include "harness/venue/guest_settings.h"
#include "harness/venue/payload.h"
#include "tests/suites/story.h"

namespace halfopen {
namespace {

// No machine but a guest of halfopen's is started with this command line.
bool InGuest() {
  std::ifstream file("/proc/cmdline");
  std::string line;
  std::getline(file, line);
  return line == GuestCommandLine() && access(kPayloadOrders, F_OK) == 0;
}

#define ONLY_IN_A_GUEST() \
  if (!InGuest()) FAIL() << "this is no guest; nothing was done to the machine"

void Write(const char* file, const char* text) {
  std::ofstream out(file);
  out << text << std::flush;
  EXPECT_TRUE(out) << file;
}

BAD(Guest, Panics) {
  ONLY_IN_A_GUEST();
  Write("/proc/sysrq-trigger", "c");
}

// Nothing of lower priority ever runs again: not the runner, not the guest's first process.
BAD(Guest, SpinsForEver) {
  ONLY_IN_A_GUEST();
  Write("/proc/sys/kernel/sched_rt_runtime_us", "-1");
  const sched_param highest{sched_get_priority_max(SCHED_FIFO)};
  ASSERT_EQ(sched_setscheduler(0, SCHED_FIFO, &highest), 0) << strerror(errno);
  for (volatile bool ever = true; ever;) {
  }
}

BAD(Guest, SleepsForEver) {
  CurrentRun().waiting_for("nothing");
  for (;;) pause();
}

BAD(Guest, TakesAllMemory) {
  ONLY_IN_A_GUEST();
  constexpr std::size_t kBlock = 16 << 20;
  for (;;) {
    void* const block =
        mmap(nullptr, kBlock, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(block, MAP_FAILED) << strerror(errno);
    std::memset(block, 1, kBlock);
  }
}

// Memory that belongs to no process, so that killing the scenario gives nothing back.
BAD(Guest, FillsMemoryWithFiles) {
  ONLY_IN_A_GUEST();
  const std::string block(1 << 20, 'x');
  for (std::ofstream file("/huge"); file;) file << block << std::flush;
}

BAD(Guest, KillsTheRunner) {
  ONLY_IN_A_GUEST();
  // SIGKILL to every process but the guest's first.
  Write("/proc/sysrq-trigger", "i");
  for (;;) pause();
}

// What a test of determinism holds against itself: randomness, time and ids of the guest.
BAD(Guest, TellsItsRandomness) {
  std::printf("random %u\n", std::random_device{}());
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  std::printf("time %ld.%09ld\n", now.tv_sec, now.tv_nsec);
  std::ifstream boot("/proc/sys/kernel/random/boot_id");
  std::printf("boot %s\n", std::string(std::istreambuf_iterator<char>(boot), {}).c_str());
}

}  // namespace
}  // namespace halfopen

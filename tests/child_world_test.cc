// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/child_world.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <set>
#include <string>

#include "harness/runner/isolated_child.h"

namespace halfopen {
namespace {

constexpr char kWholeMachine[] = "         0          0 4294967295\n";

TEST(IdMapTest, OtherUsersAreNobodyOutside) {
  EXPECT_EQ(IdMap(0, kWholeMachine), "0 0 1\n1 2147418112 65535\n");
  EXPECT_EQ(IdMap(1000, kWholeMachine), "0 1000 1\n1 2147418112 65535\n");
}

TEST(IdMapTest, HasRootAloneWhereThereAreNoSuchIds) {
  EXPECT_EQ(IdMap(0, "0 1000 1\n1 100000 65536\n"), "0 0 1\n");
  EXPECT_EQ(IdMap(0, ""), "0 0 1\n");
  EXPECT_EQ(IdMap(2147418112 + 7, kWholeMachine), "0 2147418119 1\n");  // one of them itself
}

// By listing: a thread's number can be looked up there too, and a sanitizer has threads of its own.
std::set<std::string> ProcessesInProc() {
  std::set<std::string> numbers;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") == std::string::npos) numbers.insert(name);
  }
  return numbers;
}

TEST(ChildWorldTest, ChildrenOfOneWorldSeeNoProcessOfEachOther) {
  ChildWorld world;
  for (int i = 0; i < 2; ++i) {
    const IsolatedOutcome outcome = RunIsolated(world, [](int) {
      if (ProcessesInProc() != std::set<std::string>{"1", "2"} || getpid() != 2) _exit(1);
    });
    EXPECT_TRUE(outcome.ok) << outcome.message;
  }
}

TEST(ChildWorldTest, WhoKilledAChildIsToldInWords) {
  ChildWorld world;
  EXPECT_EQ(RunIsolated(world, [](int) { kill(getpid(), SIGKILL); }).message,
            "the child was killed by SIGKILL (Killed)");
  EXPECT_EQ(RunIsolated(world, [](int) { _exit(7); }).message, "the child exited with 7");
  EXPECT_EQ(RunIsolated(world,
                        [](int) {
                          kill(1, SIGTERM);
                          pause();
                        })
                .message,
            "PID 1 of the scenario was told to end by SIGTERM");
}

}  // namespace
}  // namespace halfopen

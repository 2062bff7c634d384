// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/child_world.h"

#include <gtest/gtest.h>
#include <unistd.h>

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

TEST(ChildWorldTest, ChildrenOfOneWorldSeeNoProcessOfEachOther) {
  ChildWorld world;
  for (int i = 0; i < 2; ++i) {
    const IsolatedOutcome outcome = RunIsolated(world, [](int) {
      if (getpid() != 2 || access("/proc/2", F_OK) != 0 || access("/proc/3", F_OK) == 0) _exit(1);
    });
    EXPECT_TRUE(outcome.ok) << outcome.message;
  }
}

}  // namespace
}  // namespace halfopen

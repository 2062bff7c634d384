// SPDX-License-Identifier: GPL-2.0-or-later
// Scenarios that start what has travelled into the guest. A folder of their own, so that no other
// scenario takes it along.
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "fixtures/find_program.h"
#include "harness/runner/registry.h"
#include "harness/scenario.h"
#include "tests/suites/story.h"

namespace halfopen {
namespace {

constexpr char kScript[] = HALFOPEN_TRAVEL_FOLDER "/script";

[[maybe_unused]] const bool kUses[] = {
    UsesProgram(HALFOPEN_TINY_STATIC),
    UsesProgram(HALFOPEN_TINY_DYNAMIC),
    UsesProgram(kScript),
    UsesFile(HALFOPEN_TRAVEL_FOLDER "/script.data"),
    UsesProgram("nc"),
    UsesProgram("halfopen-has-no-such-program"),
};

// Its output is the scenario's. Returns its exit code.
int Start(const std::string& program) {
  std::vector<char*> arguments{const_cast<char*>(program.c_str()), nullptr};
  pid_t child = 0;
  EXPECT_EQ(posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments.data(), environ), 0);
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

BAD(Travel, StaticProgramStarts) { EXPECT_EQ(Start(HALFOPEN_TINY_STATIC), 0); }

BAD(Travel, DynamicProgramStarts) { EXPECT_EQ(Start(HALFOPEN_TINY_DYNAMIC), 0); }

BAD(Travel, ScriptFindsItsInterpreterAndItsData) { EXPECT_EQ(Start(kScript), 0); }

BAD(Travel, StraceIsThere) { EXPECT_EQ(access(RequireProgram("strace").c_str(), X_OK), 0); }

SCENARIO(NetcatTravels, Listens) {
  Program nc = ServerHost().Run({"nc", "-l", ServerHost().address().ToString(), "80"});
  ServerHost().AwaitListener(80);
  EXPECT_TRUE(Cause("nothing is wrong"));
}

}  // namespace
}  // namespace halfopen

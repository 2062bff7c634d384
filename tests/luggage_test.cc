// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/luggage.h"

#include <gmock/gmock.h>

#include <string>

#include "harness/runner/registry.h"

namespace halfopen {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// As a story of this folder says it.
[[maybe_unused]] const bool kUses[] = {UsesProgram("curl"), UsesProgram("curl"), UsesProgram("nc"),
                                       UsesFile("/etc/curlrc")};

PlannedRun RunOf(const std::string& file) {
  PlannedRun run;
  run.scenario.file = file;
  return run;
}

TEST(Luggage, TravelsWithScenariosOfItsFolder) {
  const Luggage luggage = LuggageFor({RunOf("elsewhere/x.cc"), RunOf(__FILE__)});
  EXPECT_THAT(luggage.programs, ElementsAre("curl", "nc", "strace"));
  EXPECT_THAT(luggage.files, ElementsAre("/etc/curlrc"));
  const Luggage beside = LuggageFor({RunOf(FolderOf(__FILE__) + "/another.cc")});
  EXPECT_THAT(beside.programs, ElementsAre("curl", "nc", "strace"));
}

TEST(Luggage, OtherRunsTravelLight) {
  const Luggage luggage = LuggageFor({RunOf("scenarios/keepalive/expiry.cc"), RunOf("x.cc")});
  EXPECT_THAT(luggage.programs, IsEmpty());
  EXPECT_THAT(luggage.files, IsEmpty());
}

TEST(Luggage, FolderIsTheSameFromWhereverItWasCompiled) {
  EXPECT_EQ(FolderOf("../../scenarios/nc/keepalive.cc"), "scenarios/nc");
  EXPECT_EQ(FolderOf("/home/me/suite/nc.cc"), "/home/me/suite");
  EXPECT_EQ(FolderOf("nc.cc"), "");
}

}  // namespace
}  // namespace halfopen

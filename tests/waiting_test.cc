// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/record/waiting.h"

#include <gtest/gtest.h>

#include <string>

namespace halfopen {
namespace {

TEST(Waiting, CallThatBlocksIsToldAgainWhenTheStoryHasWaitedForSomethingElse) {
  std::string told = "untold";
  Waiting waiting([&](const std::string& what) { told = what; });
  waiting.BeginCall(1, "client: recv(4096)");
  EXPECT_EQ(told, "client: recv(4096)");
  waiting.Await("1 keepalive probe");
  EXPECT_EQ(told, "1 keepalive probe");
  waiting.BeginCall(2, "server: send(\"x\")");
  EXPECT_EQ(told, "1 keepalive probe");
  waiting.Await("");
  EXPECT_EQ(told, "server: send(\"x\")");
  waiting.EndCall(2);
  EXPECT_EQ(told, "client: recv(4096)");
  waiting.EndCall(1);
  EXPECT_EQ(told, "");
  waiting.EndCall(7);
  EXPECT_EQ(told, "");
}

}  // namespace
}  // namespace halfopen

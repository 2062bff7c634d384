// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/again_command.h"

#include <gtest/gtest.h>

namespace halfopen {
namespace {

TEST(AgainCommandTest, NamesWhereAndHowItRan) {
  ScenarioResult result;
  result.scenario.suite = "KeepaliveExpiry";
  result.scenario.name = "Blocked";
  EXPECT_EQ(AgainCommand(result, "host", "fast", "6.18"),
            "halfopen run KeepaliveExpiry.Blocked/IPv4");
  result.control = "the cable is cut";
  EXPECT_EQ(AgainCommand(result, "guest", "default", "debian-6.12"),
            "halfopen run --kernel debian-6.12 --profile default --control "
            "KeepaliveExpiry.Blocked/IPv4");
}

TEST(AgainCommandTest, NamesOfAnothersMakingAreOneWordEach) {
  EXPECT_EQ(ShellWord("/boot/vmlinuz-6.1"), "/boot/vmlinuz-6.1");
  EXPECT_EQ(ShellWord(""), "''");
  EXPECT_EQ(ShellWord("a b"), "'a b'");
  EXPECT_EQ(ShellWord("*"), "'*'");
  EXPECT_EQ(ShellWord("'; rm -rf ~; '"), R"(''\''; rm -rf ~; '\''')");
  EXPECT_EQ(ShellWord("$(reboot)`reboot`"), "'$(reboot)`reboot`'");
  EXPECT_EQ(ShellWord("a\nreboot\n\x1b[A"), "'a?reboot??[A'");
}

}  // namespace
}  // namespace halfopen

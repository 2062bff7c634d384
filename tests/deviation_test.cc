// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/deviation.h"

#include <gtest/gtest.h>

namespace halfopen {
namespace {

bool Applies(const Deviation& deviation, const char* kernel) {
  return deviation.AppliesTo(KernelVersion::Parse(kernel));
}

TEST(Deviation, AppliesFromAReleaseOfMainlineOn) {
  const Deviation deviation{.since = {"6.5"}, .reason = {}, .source = {}};
  EXPECT_FALSE(Applies(deviation, "6.4.99"));
  EXPECT_FALSE(Applies(deviation, "6.1.192"));
  EXPECT_TRUE(Applies(deviation, "6.5"));
  EXPECT_TRUE(Applies(deviation, "6.12.117"));
  EXPECT_TRUE(Applies(deviation, "7.0"));
}

TEST(Deviation, AppliesToTheStableSeriesItWasBackportedTo) {
  const Deviation deviation{.since = {"6.13", "6.12.5", "6.1.120"}, .reason = {}, .source = {}};
  EXPECT_FALSE(Applies(deviation, "6.1.119"));
  EXPECT_TRUE(Applies(deviation, "6.1.120"));
  EXPECT_FALSE(Applies(deviation, "6.2")) << "a series that it was not backported to";
  EXPECT_FALSE(Applies(deviation, "6.12.4"));
  EXPECT_TRUE(Applies(deviation, "6.12.5"));
  EXPECT_TRUE(Applies(deviation, "6.13"));
}

TEST(Deviation, EndsWhereItWasMended) {
  const Deviation deviation{
      .since = {"5.0"}, .before = {"6.13", "6.1.120"}, .reason = {}, .source = {}};
  EXPECT_FALSE(Applies(deviation, "4.19.300"));
  EXPECT_TRUE(Applies(deviation, "5.10.3"));
  EXPECT_TRUE(Applies(deviation, "6.1.119"));
  EXPECT_FALSE(Applies(deviation, "6.1.120"));
  EXPECT_TRUE(Applies(deviation, "6.12.117"));
  EXPECT_FALSE(Applies(deviation, "6.13.1"));
  EXPECT_TRUE(Applies({.before = {"6.5"}, .reason = {}, .source = {}}, "6.4"));
}

TEST(Deviation, TellsItsConditionReasonAndSource) {
  const Deviation deviation{.since = {"6.13", "6.12.5", "6.1.120"},
                            .before = {"7.0"},
                            .reason = "R",
                            .source = "commit S"};
  EXPECT_EQ(deviation.Condition(), "Linux since 6.13, 6.12.5 and 6.1.120 before 7.0");
  EXPECT_EQ(deviation.ToString(), "R (Linux since 6.13, 6.12.5 and 6.1.120 before 7.0; commit S)");
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/duration_text.h"

#include <gtest/gtest.h>

namespace halfopen {
namespace {

using namespace std::chrono_literals;

TEST(DurationText, IsExactAndShort) {
  EXPECT_EQ(DurationText(0ns), "0s");
  EXPECT_EQ(DurationText(1s), "1s");
  EXPECT_EQ(DurationText(200ms), "200ms");
  EXPECT_EQ(DurationText(1031434us), "1.031434s");
  EXPECT_EQ(DurationText(2048ms), "2.048s");
  EXPECT_EQ(DurationText(2h), "7200s");
  EXPECT_EQ(DurationText(1500us), "1.5ms");
  EXPECT_EQ(DurationText(12us), "12us");
  EXPECT_EQ(DurationText(1001ns), "1.001us");
  EXPECT_EQ(DurationText(999ns), "999ns");
  EXPECT_EQ(DurationText(1s + 1ns), "1.000000001s");
  EXPECT_EQ(DurationText(10s), "10s");
  EXPECT_EQ(DurationText(-5ms), "-5ms");
  EXPECT_EQ(DurationText(Duration::min()), "-9223372036.854775808s");
}

}  // namespace
}  // namespace halfopen

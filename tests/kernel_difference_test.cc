// SPDX-License-Identifier: GPL-2.0-or-later
// What a run tells of expectations that differ by kernel.
#include <gmock/gmock.h>

#include "tests/bad_days.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::HasSubstr;

using KernelDifferenceTest = BadDays;

TEST_F(KernelDifferenceTest, DeviationThatDoesNotHappenIsAFailure) {
  const Ended ended = Run({"Testbed.DoesNotDeviate", "--family", "4"});
  EXPECT_EQ(ended.code, 1) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("expected deviation did not happen: "
                                      "refusals are a timeout (Linux since 2.6; nowhere)"));
  const nlohmann::json timeline =
      nlohmann::json::parse(ReadFile(out_ / "Testbed.DoesNotDeviate.IPv4/timeline.json"));
  int deviations = 0;
  for (const auto& event : timeline["events"]) {
    if (event["kind"] != "deviation") continue;
    ++deviations;
    EXPECT_EQ(event["applies"], true);
    EXPECT_EQ(event["condition"], "Linux since 2.6");
    EXPECT_EQ(event["reason"], "refusals are a timeout");
    EXPECT_EQ(event["source"], "nowhere");
  }
  EXPECT_EQ(deviations, 1);
}

TEST_F(KernelDifferenceTest, StoryOfOtherKernelsIsSkippedUnderRequireToo) {
  const Ended ended = Run({"Testbed.IsAboutOtherKernels", "--family", "4", "--require"});
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output, AllOf(HasSubstr("skipped    Testbed.IsAboutOtherKernels/IPv4"),
                                  HasSubstr("this is Linux "), HasSubstr("Linux before 2.6")));
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// Runs of the kernel's own timers on the host's own kernel.
#include <gmock/gmock.h>

#include "tests/bad_days.h"

namespace halfopen {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

using RealTimeRunTest = BadDays;

TEST_F(RealTimeRunTest, SaysFirstHowLongItTakes) {
  const std::vector<std::string> defaults{"Good.Passes", "--profile", "default"};
  EXPECT_THAT(Run(defaults).output,
              StartsWith("--profile default in real time: of 2 runs nothing is known; the longest "
                         "timer is keepalive's, 7200 s + 9 x 75 s = 2 h 12 min"));
  EXPECT_THAT(Run(defaults).output, StartsWith("--profile default in real time: about "));
}

TEST_F(RealTimeRunTest, KnowsTheDurationsOfEachProfileApart) {
  EXPECT_THAT(Run({"Good.Passes"}).output, Not(HasSubstr("in real time")));
  Run({"Good.Passes", "--profile", "default", "--family", "6"});
  const auto kept = nlohmann::json::parse(ReadFile(out_ / "durations.json"));
  EXPECT_EQ(kept["fast"].size(), 2u);
  ASSERT_EQ(kept["default"].size(), 1u);
  EXPECT_TRUE(kept["default"]["Good.Passes/IPv6"].is_number());
}

}  // namespace
}  // namespace halfopen

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
              StartsWith("--profile default in real time: nothing is known of 1 of 1 runs; the "
                         "longest timer is keepalive's, 7200 s + 9 x 75 s = 2 h 12 min"));
  EXPECT_THAT(Run(defaults).output, StartsWith("--profile default in real time: about "));
}

TEST_F(RealTimeRunTest, KnowsTheDurationsOfEachProfileApart) {
  EXPECT_THAT(Run({"Good.Passes"}).output, Not(HasSubstr("in real time")));
  Run({"Good.Passes:Good.NeedsBothCauses", "--profile", "default"});
  Run({"Good.Passes", "--profile", "default"});
  const auto kept = nlohmann::json::parse(ReadFile(out_ / "durations.json"));
  EXPECT_EQ(kept["fast"].size(), 1u);
  EXPECT_EQ(kept["default"].size(), 2u);
}

}  // namespace
}  // namespace halfopen

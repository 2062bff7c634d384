// SPDX-License-Identifier: GPL-2.0-or-later
// What a scenario that failed on the wire leaves in its timeline, and what a ladder makes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "harness/report/ladder.h"
#include "tests/bad_days.h"

namespace halfopen {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

class DifferingWire : public BadDays {
 protected:
  // Events of a kind, in the timeline of the scenario that differs.
  std::vector<nlohmann::json> EventsOf(const Timeline& timeline, const std::string& kind) {
    std::vector<nlohmann::json> events;
    for (const nlohmann::json& event : timeline.events) {
      if (event["kind"] == kind) events.push_back(event);
    }
    return events;
  }
};

TEST_F(DifferingWire, IsInTheTimelineOnceWithTheTimeOfWhatIsMissing) {
  SkipUnlessRoot();
  const Ended ended = Run({"Testbed.DiffersOnTheWire", "--family", "4"});
  EXPECT_EQ(ended.code, 1) << ended.output;
  const fs::path folder = out_ / "Testbed.DiffersOnTheWire.IPv4";
  const Timeline timeline = ReadTimeline(folder);
  EXPECT_EQ(timeline.problem, "");

  const auto differences = EventsOf(timeline, "wire_diff");
  ASSERT_THAT(differences, SizeIs(1));
  const nlohmann::json& difference = differences[0];
  EXPECT_EQ(difference["text"],
            "the wire differs (1 missing, 0 extra, 0 late, 0 early, 0 different)");
  const auto result = nlohmann::json::parse(ReadFile(folder / "result.json"));
  EXPECT_EQ(difference["report"], result["failures"][0]["message"]);
  ASSERT_THAT(difference["lines"], SizeIs(1));
  const nlohmann::json& line = difference["lines"][0];
  EXPECT_EQ(line["mark"], "-");
  EXPECT_EQ(line["from"], "client");
  EXPECT_EQ(line["to"], "server");
  EXPECT_EQ(line["text"], "client >| server  S   0:0(0)");
  EXPECT_THAT(line["note"], StartsWith("never seen"));
  const auto packets = EventsOf(timeline, "packet");
  const auto own = std::ranges::find(packets, "client", [](const auto& p) { return p["from"]; });
  ASSERT_NE(own, packets.end());
  EXPECT_EQ(line["at"].get<std::int64_t>(), (*own)["t"].get<std::int64_t>() + 70'000'000'000);

  const Ladder ladder = MakeLadder(timeline);
  ASSERT_THAT(ladder.differences, SizeIs(1));
  EXPECT_EQ(ladder.differences[0].report, difference["report"].get<std::string>());
  ASSERT_THAT(ladder.differences[0].lines, SizeIs(1));
  const Ladder::Difference::Line& drawn = ladder.differences[0].lines[0];
  EXPECT_EQ(drawn.mark, '-');
  EXPECT_EQ(drawn.time, line["at"].get<std::int64_t>());
  EXPECT_EQ(ladder.lifelines.at(static_cast<std::size_t>(drawn.from)).name, "client");
  EXPECT_EQ(ladder.lifelines.at(static_cast<std::size_t>(drawn.to)).name, "server");
}

TEST_F(DifferingWire, CountersAreTheStorysAndOfAFailureEveryHosts) {
  SkipUnlessRoot();
  Run({"Testbed.DiffersOnTheWire:Testbed.UsesEveryPart", "--family", "4"});
  const Timeline timeline = ReadTimeline(out_ / "Testbed.DiffersOnTheWire.IPv4");
  const auto counters = EventsOf(timeline, "counters");
  std::vector<std::string> hosts;
  for (const auto& event : counters) hosts.push_back(event["host"]);
  EXPECT_THAT(hosts, testing::ElementsAre("server", "client", "server"));
  EXPECT_EQ(counters[1]["grown"]["Tcp.ActiveOpens"], 1);
  EXPECT_THAT(counters[1]["text"], HasSubstr("Tcp.ActiveOpens +1"));
  EXPECT_THAT(EventsOf(ReadTimeline(out_ / "Testbed.UsesEveryPart.IPv4"), "counters"), SizeIs(0));

  const Ladder ladder = MakeLadder(timeline);
  ASSERT_THAT(ladder.counters, SizeIs(3));
  EXPECT_EQ(ladder.lifelines.at(static_cast<std::size_t>(ladder.counters[1].lifeline)).name,
            "client");
  EXPECT_THAT(ladder.counters[1].grown, testing::Contains(testing::Pair("Tcp.ActiveOpens", 1)));
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// A timeline.json, and all that `halfopen show` and the report's page make of it.
#include "fuzz/target.h"
#include "harness/report/ladder.h"
#include "harness/report/ladder_text.h"
#include "harness/report/packed_json.h"
#include "harness/report/read_report.h"
#include "harness/report/show_text.h"

namespace halfopen::fuzz {

void TimelineText(Input input) {
  const Timeline timeline = ParseTimeline(AsText(input));
  const Ladder ladder = MakeLadder(timeline);
  PackedJson(ToJson(ladder));
  LadderText(ladder, {.width = 80, .color = true, .utf8 = true, .everything = true});
  const RunReport report;
  const ScenarioResult result;
  ShowText({report, result, ladder, "out/", {}, "halfopen"},
           {.width = 200, .color = false, .utf8 = false, .everything = false});
}

}  // namespace halfopen::fuzz

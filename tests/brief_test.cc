// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/brief.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace halfopen {
namespace {

using testing::ElementsAre;
using testing::EndsWith;

std::string BriefOfMessage(const std::string& message) {
  ScenarioResult result;
  result.verdict = Verdict::kFailed;
  result.failures = {{"story.cc", 7, message}, {"story.cc", 9, "a later one"}};
  return BriefOf(result);
}

TEST(Brief, OfAWireIsItsSummaryAndTheFirstMarkedLine) {
  EXPECT_EQ(BriefOfMessage(R"(the wire differs (1 missing, 10 extra, 0 late, 0 early, 0 different)
    0.000000 client >  server  S   0:0(0)            ... handshake
 -  +1s      client >| server  .   0:0(0) ack 1      never seen; the next line came instead
 +  3.079426 client >| server  R.  1:1(0) ack 1      not expected)"),
            "the wire differs (1 missing, 10 extra): - +1s client >| server . 0:0(0) ack 1 never "
            "seen; the next line came instead");
  EXPECT_EQ(BriefOfMessage("the wire differs (0 missing, 0 extra, 10 late, 0 early, 20 different)"),
            "the wire differs (10 late, 20 different)");
}

TEST(Brief, OfACallIsWhatWasExpectedAndWhatCame) {
  EXPECT_EQ(BriefOfMessage("Value of: client.Recv()\n"
                           "Expected: fails with ETIMEDOUT (Connection timed out)\n"
                           "  Actual: client: recv(4096) = 0"),
            "client.Recv(): expected: fails with ETIMEDOUT (Connection timed out); actual: client: "
            "recv(4096) = 0");
  EXPECT_EQ(BriefOfMessage("Value of: IsUp()\n  Actual: false\nExpected: true"),
            "IsUp(): expected: true; actual: false");
  EXPECT_EQ(BriefOfMessage("Expected equality of these values:\n  now.state\n    Which is: ESTAB\n"
                           "  TcpState::kClose\n    Which is: CLOSE\nmore"),
            "now.state: expected: CLOSE; actual: ESTAB");
  EXPECT_EQ(BriefOfMessage("Expected equality of these values:\n  hits\n    Which is: 1\n  2"),
            "hits: expected: 2; actual: 1");
}

TEST(Brief, OfAnythingElseIsOneLineThatATerminalHolds) {
  EXPECT_EQ(BriefOfMessage("a fault was armed and never hit\nfault on server: drop\x1b[31m"),
            "a fault was armed and never hit; fault on server: drop [31m");
  EXPECT_EQ(BriefOfMessage(""), "");
  const std::string cut = BriefOfMessage(std::string(239, 'x') + "日本日本");
  EXPECT_EQ(cut, std::string(239, 'x') + "…");
  ScenarioResult crashed;
  crashed.verdict = Verdict::kCrashed;
  EXPECT_EQ(BriefOf(crashed), "nothing is known of why");
  crashed.failures = {{"story.cc", 7, "before the crash"}};
  crashed.reason = "killed by SIGSEGV (Segmentation fault)";
  EXPECT_EQ(BriefOf(crashed), crashed.reason);
}

TEST(Brief, FindingsComeBeforeErrorsAndInterruptionsNotAtAll) {
  RunReport report;
  for (const Verdict verdict : {Verdict::kError, Verdict::kPassed, Verdict::kFailed,
                                Verdict::kError, Verdict::kTimedOut, Verdict::kSkipped}) {
    ScenarioResult result;
    result.verdict = verdict;
    result.repeat = static_cast<int>(report.results.size());
    report.results.push_back(result);
  }
  report.results[3].reason = "interrupted";
  const auto repeats = [&] {
    std::vector<int> numbers;
    for (const ScenarioResult* result : Unexpected(report)) numbers.push_back(result->repeat);
    return numbers;
  };
  EXPECT_THAT(repeats(), ElementsAre(2, 4, 0, 3));
  report.interrupted = true;
  EXPECT_THAT(repeats(), ElementsAre(2, 4, 0));
}

}  // namespace
}  // namespace halfopen

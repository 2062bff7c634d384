// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/headline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace halfopen {
namespace {

std::string HeadlineOf(const std::string& message) {
  ScenarioResult result;
  result.failures = {{"a.cc", 1, message}};
  return Headline(result);
}

TEST(HeadlineTest, ReasonStandsForItself) {
  ScenarioResult result;
  result.reason = "killed by SIGSEGV (Segmentation fault)";
  result.failures = {{"a.cc", 1, "before the crash"}};
  EXPECT_EQ(Headline(result), "killed by SIGSEGV (Segmentation fault)");
}

TEST(HeadlineTest, CallSaysWhatWasExpectedAndWhatCame) {
  EXPECT_EQ(HeadlineOf("Value of: client.Send(\"ping\")\n"
                       "Expected: fails with EPIPE (Broken pipe)\n"
                       "  Actual: client: send(\"ping\", 4) = 4, after 1us"),
            "client.Send(\"ping\"): expected fails with EPIPE (Broken pipe), actual client: "
            "send(\"ping\", 4) = 4, after 1us");
}

TEST(HeadlineTest, WireSaysItsSumsAndItsFirstMarkedLine) {
  EXPECT_EQ(HeadlineOf("the wire differs (1 missing, 0 extra)\n"
                       "     0.000000 client >  server  S   0:0(0)            ... handshake\n"
                       " -  +1s       client >| server  .   0:0(0) ack 1      never seen\n"
                       " +   4.086233 client >| server  R.  1:1(0) ack 1\n"),
            "the wire differs (1 missing): - +1s client >| server . 0:0(0) ack 1 never seen");
  EXPECT_EQ(HeadlineOf("the wire differs (0 missing, 0 extra, 10 late, 0 early, 20 different)"),
            "the wire differs (10 late, 20 different)");
}

TEST(HeadlineTest, EqualityNamesBothValues) {
  EXPECT_EQ(HeadlineOf("Expected equality of these values:\n  server.Snapshot().state\n"
                       "    Which is: FIN-WAIT-2\n  TcpState::kClose\n    Which is: CLOSE\n"
                       "that is all"),
            "expected equality of server.Snapshot().state (FIN-WAIT-2) and TcpState::kClose "
            "(CLOSE)");
}

TEST(HeadlineTest, PassesOverWhatSaysNothing) {
  EXPECT_EQ(HeadlineOf("Failed\nthis is no guest"), "this is no guest");
  EXPECT_EQ(HeadlineOf("\n\n  twice\n"), "twice");
  EXPECT_EQ(HeadlineOf(""), "");
  EXPECT_EQ(Headline({}), "");
}

TEST(HeadlineTest, LongLinesAreCutBetweenCharactersAndControlsAreBlank) {
  const std::string cut = HeadlineOf(std::string(299, 'x') + "ä" + std::string(3000, 'y'));
  EXPECT_EQ(cut, std::string(299, 'x') + "…");
  EXPECT_EQ(HeadlineOf("a\x1b[31mb\tc"), "a [31mb c");
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/report/failure_text.h"

namespace halfopen {
namespace {

TEST(FailureTextTest, WireReportStandsForItself) {
  EXPECT_EQ(FailureText("Value of: Wire()\n"
                        "Expected: shows the script's packets\n"
                        "  Actual: as follows (of type halfopen::WireView), the wire differs (…)\n"
                        "    0.000000 client >  server  S   0:0(0)"),
            "the wire differs (…)\n    0.000000 client >  server  S   0:0(0)");
}

TEST(FailureTextTest, CallKeepsItsExpectation) {
  EXPECT_EQ(
      FailureText("Value of: client.Send(\"ping\")\n"
                  "Expected: fails with EPIPE (Broken pipe)\n"
                  "  Actual: client: send(\"ping\", 4) = 4 (of type halfopen::Call), after 1us"),
      "Value of: client.Send(\"ping\")\n"
      "Expected: fails with EPIPE (Broken pipe)\n"
      "  Actual: client: send(\"ping\", 4) = 4, after 1us");
}

TEST(FailureTextTest, AnythingElseStaysAsItIs) {
  EXPECT_EQ(FailureText("Expected equality of these values:\n  1\n  2"),
            "Expected equality of these values:\n  1\n  2");
}

}  // namespace
}  // namespace halfopen

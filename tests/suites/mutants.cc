// SPDX-License-Identifier: GPL-2.0-or-later
// Scenarios for the tests of mutation runs.
#include <vector>

#include "harness/scenario.h"

namespace halfopen {
namespace {

SCENARIO(Mutants, AllAreKilled) {
  Socket client = ClientHost().NewSocket();
  if (Cause("nobody listens")) {
    EXPECT_THAT(client.Connect(ServerHost()), FailsWith(ECONNREFUSED));
  }
  EXPECT_THAT(Wire(), Shows(R"(
      client > server S  0:0(0)
      server > client R. 0:0(0) ack 1
  )"));
}

// What it expects of every call holds of no call as well.
SCENARIO(Mutants, OneSurvives) {
  Socket client = ClientHost().NewSocket();
  const std::vector<Call> calls{client.Connect(ServerHost())};
  EXPECT_THAT(calls, testing::Each(FailsWith(ECONNREFUSED)));
}

}  // namespace
}  // namespace halfopen

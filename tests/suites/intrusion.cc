// SPDX-License-Identifier: GPL-2.0-or-later
// Scenarios that mean harm, for the test that they get nowhere.
#include <cstdlib>

#include "harness/scenario.h"
#include "tests/programs/intrusions.h"

namespace halfopen {
namespace {

// What there is outside; the test says so.
std::string OutsideWords() {
  const char* const words = std::getenv("INTRUDER");
  return words == nullptr ? "" : words;
}

SCENARIO(Intrusion, OfAStory) {
  EXPECT_EQ(Try(IntrusionsInto(Outside::Parse(OutsideWords()))), "");
}

SCENARIO(Intrusion, OfATracedProgram) {
  Program intruder = ServerHost().Run({HALFOPEN_INTRUDER, OutsideWords()});
  intruder.Wait();
  EXPECT_EQ(intruder.output(), "tried\n") << intruder.error_output();
}

SCENARIO(Intrusion, OfAnUntracedProgram) {
  Program intruder = ServerHost().Run(
      ProgramOptions{.arguments = {HALFOPEN_INTRUDER, OutsideWords()}, .traced = false});
  intruder.Wait();
  EXPECT_EQ(intruder.output(), "tried\n") << intruder.error_output();
}

}  // namespace
}  // namespace halfopen

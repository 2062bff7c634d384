// SPDX-License-Identifier: GPL-2.0-or-later
// Scenarios that mean harm, for the test that they get nowhere.
#include <cstdlib>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>

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

// No shell reads what a story says.
SCENARIO(Words, ArriveAsTheyAre) {
  const std::string words = "$(touch intruded) `touch intruded`; touch intruded\n'\"\\ -n *";
  Program echo = ServerHost().Run({"printf", "%s|", words, "-e", ""});
  echo.Wait();
  EXPECT_EQ(echo.output(), words + "|-e||");
  EXPECT_FALSE(std::filesystem::exists(echo.folder() / "intruded"));
}

// Nothing of what the runner was started with.
SCENARIO(Words, OfTheEnvironmentAreFew) {
  Program env = ServerHost().Run({"env"});
  env.Wait();
  std::istringstream lines(env.output());
  std::set<std::string> names;
  for (std::string line; std::getline(lines, line);) names.insert(line.substr(0, line.find('=')));
  EXPECT_EQ(names, (std::set<std::string>{"HOME", "LC_ALL", "PATH", "TMPDIR"})) << env.output();
}

}  // namespace
}  // namespace halfopen

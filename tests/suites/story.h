// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_TESTS_SUITES_STORY_H_
#define HALFOPEN_TESTS_SUITES_STORY_H_

// Registers scenarios that need no testbed, over IPv4 only.
#include <gtest/gtest.h>

#include <string>

#include "harness/runner/registry.h"

namespace halfopen {

using Story = void (*)();

class StoryTest : public testing::Test {
 public:
  explicit StoryTest(Story story) : story_(story) {}

 private:
  void TestBody() override { story_(); }
  Story story_;
};

inline bool Add(const char* suite, const char* name, const char* file, int line, Story story) {
  RegisterScenario({suite, name, "bad", file, line, IpFamily::kIpv4});
  testing::RegisterTest(suite, (std::string(name) + "/IPv4").c_str(), nullptr, nullptr, file, line,
                        [story]() -> testing::Test* { return new StoryTest(story); });
  return true;
}

// BAD(Suite, Name) { the story }
#define BAD(suite, name)                                   \
  void suite##name();                                      \
  [[maybe_unused]] const bool kAdded##suite##name =        \
      Add(#suite, #name, __FILE__, __LINE__, suite##name); \
  void suite##name()

}  // namespace halfopen

#endif  // HALFOPEN_TESTS_SUITES_STORY_H_

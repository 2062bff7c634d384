// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/mutation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "fixtures/run_delay.h"
#include "harness/expect/calls.h"
#include "harness/expect/expectation.h"
#include "harness/expect/in_time.h"

namespace halfopen {
namespace {

using namespace std::chrono_literals;

Call CallThat(long result, int error, Duration took = 1ms) {
  Call call;
  call.socket = "client";
  call.name = "recv";
  call.result = result;
  call.error = error;
  call.begin = TimePoint(1h);
  call.end = call.begin + took;
  return call;
}

// Mutants of an expectation in line 7 of "story.cc" by their changes; survivors are marked.
template <typename Value, typename M>
std::vector<std::string> MutantsOfExpectation(const Value& value, const M& matcher) {
  Mutation mutation;
  const bool held{ExpectationThat(matcher, "story.cc", 7)("value", value)};
  mutation.JudgeTheRest();
  std::vector<std::string> names;
  if (!held) names.push_back("does not hold");
  for (const Mutant& mutant : mutation.mutants()) {
    std::string name = mutant.Name();
    if (name.starts_with("story.cc:7: ")) name.erase(0, 12);
    names.push_back(name + (mutant.survived ? " SURVIVES" : ""));
  }
  return names;
}

TEST(Mutation, ChangesTheErrnoOfACall) {
  EXPECT_THAT(MutantsOfExpectation(CallThat(-1, EPIPE), FailsWith(EPIPE)),
              testing::ElementsAre("ECONNRESET", "success"));
  EXPECT_THAT(MutantsOfExpectation(CallThat(-1, ECONNRESET), FailsWith(ECONNRESET)),
              testing::ElementsAre("EPIPE", "success"));
}

TEST(Mutation, ChangesTheResultOfACall) {
  EXPECT_THAT(MutantsOfExpectation(CallThat(4, 0), Returns(4)),
              testing::ElementsAre("ECONNRESET", "returns 3", "returns 5"));
  EXPECT_THAT(MutantsOfExpectation(CallThat(4, 0), Succeeds()), testing::ElementsAre("ECONNRESET"));
}

TEST(Mutation, ChangesTheBytesOfACall) {
  Call call = CallThat(4, 0);
  call.data = "ping";
  EXPECT_THAT(MutantsOfExpectation(call, Receives("ping")),
              testing::ElementsAre("one byte more", "one byte fewer", "another last byte"));
}

TEST(Mutation, HalvesAndDoublesTheTimeOfACall) {
  EXPECT_THAT(MutantsOfExpectation(CallThat(-1, ETIMEDOUT, 1s), FailsWith(ETIMEDOUT).After(1s)),
              testing::ElementsAre("ECONNRESET", "success", "half the time", "twice the time"));
  // What a jiffy more or less leaves of one millisecond is the same window.
  EXPECT_THAT(MutantsOfExpectation(CallThat(-1, ETIMEDOUT, 2ms), FailsWith(ETIMEDOUT).After(2ms)),
              testing::Contains("half the time").Times(0));
  EXPECT_THAT(MutantsOfExpectation(CallThat(-1, EPIPE), FailsWith(EPIPE).AtOnce()),
              testing::ElementsAre("ECONNRESET", "success", "after 200ms"));
}

TEST(Mutation, JudgesAnExpectationAsAWhole) {
  const std::vector<Call> calls{CallThat(4, 0), CallThat(5, 0)};
  EXPECT_THAT(
      MutantsOfExpectation(calls, testing::Contains(Returns(4))),
      testing::ElementsAre("ECONNRESET", "returns 3", "returns 5 SURVIVES", "of nothing at all"));
  EXPECT_THAT(
      MutantsOfExpectation(calls, testing::ElementsAre(Returns(4), Returns(5))),
      testing::ElementsAre("ECONNRESET", "returns 3", "returns 5", "matcher 2: ECONNRESET",
                           "matcher 2: returns 4", "matcher 2: returns 6", "of nothing at all"));
}

TEST(Mutation, TakesTheValueAway) {
  const std::vector<Call> calls{CallThat(4, 0), CallThat(5, 0)};
  EXPECT_THAT(MutantsOfExpectation(calls, testing::Each(Succeeds())),
              testing::ElementsAre("ECONNRESET", "of nothing at all SURVIVES"));
  EXPECT_THAT(MutantsOfExpectation(std::string("ping"), testing::HasSubstr("in")),
              testing::ElementsAre("of nothing at all"));
  EXPECT_THAT(MutantsOfExpectation(std::string("ping"), testing::Not(testing::HasSubstr("x"))),
              testing::ElementsAre("of nothing at all SURVIVES"));
  EXPECT_THAT(MutantsOfExpectation(std::string(), testing::Not(testing::HasSubstr("x"))),
              testing::IsEmpty());

  Mutation mutation("story.cc:7: of nothing at all");
  EXPECT_TRUE(ExpectationThat(testing::Each(Succeeds()), "story.cc", 8)("calls", calls));
  EXPECT_FALSE(ExpectationThat(testing::Contains(Returns(4)), "story.cc", 7)("calls", calls));
}

TEST(Mutation, AsksNothingOfWhatDoesNotHold) {
  EXPECT_THAT(MutantsOfExpectation(CallThat(4, 0), testing::Not(Returns(5))), testing::IsEmpty());
  EXPECT_THAT(MutantsOfExpectation(CallThat(4, 0), Returns(5)),
              testing::ElementsAre("does not hold"));
}

TEST(Mutation, KillsWhatIsKilledOnce) {
  Mutation mutation;
  Mutant mutant{"story.cc", 7, 1, "returns 4", "returns 5", true};
  mutation.Add(mutant);
  EXPECT_TRUE(mutation.mutants().at(0).survived);
  mutant.survived = false;
  mutation.Add(mutant);
  mutant.survived = true;
  mutation.Add(mutant);
  ASSERT_EQ(mutation.mutants().size(), 1U);
  EXPECT_FALSE(mutation.mutants().at(0).survived);
}

TEST(Mutation, AppliesTheOneThatIsNamed) {
  const std::vector<Call> calls{CallThat(4, 0), CallThat(5, 0)};
  const auto matcher = testing::ElementsAre(Returns(4), Returns(5));
  Mutation mutation("story.cc:7: matcher 2: returns 4");
  EXPECT_TRUE(ExpectationThat(matcher, "story.cc", 8)("calls", calls));
  EXPECT_TRUE(mutation.applied_to().empty());
  EXPECT_FALSE(ExpectationThat(matcher, "story.cc", 7)("calls", calls));
  EXPECT_EQ(mutation.applied_to(), "returns 5");
  EXPECT_TRUE(mutation.mutants().empty());
}

TEST(Mutation, ChangesWhatWasInTime) {
  RunDelay();  // what this thread waited before, in other tests, widens nothing here
  const TimePoint armed = Clock::now();
  Mutation mutation;
  EXPECT_TRUE(InTime("a timer", {1s}, armed, armed + 1001ms));
  ASSERT_EQ(mutation.mutants().size(), 2U);
  EXPECT_EQ(mutation.mutants()[0].change, "half the time");
  EXPECT_FALSE(mutation.mutants()[0].survived);
  EXPECT_EQ(mutation.mutants()[1].change, "twice the time");
  EXPECT_FALSE(mutation.mutants()[1].survived);
}

TEST(Mutation, CostsNothingWithoutARun) {
  ASSERT_EQ(Mutation::Current(), nullptr);
  EXPECT_TRUE(ExpectationThat(Returns(4), "story.cc", 7)("call", CallThat(4, 0)));
  EXPECT_EQ(MutationTrial::Current(), nullptr);
}

}  // namespace
}  // namespace halfopen

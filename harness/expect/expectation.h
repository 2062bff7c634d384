// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_EXPECTATION_H_
#define HALFOPEN_HARNESS_EXPECT_EXPECTATION_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <concepts>
#include <memory>
#include <sstream>
#include <type_traits>

#include "harness/expect/mutation.h"
#include "harness/expect/mutation_trial.h"
#include "harness/expect/shows.h"

namespace halfopen {

// A list, a text, a map: what may have nothing in it.
template <typename Value>
concept MayBeEmpty = std::default_initializable<Value> && requires(const Value& value) {
  { value.empty() } -> std::convertible_to<bool>;
};

// What EXPECT_THAT and ASSERT_THAT make of a matcher, as in GoogleMock; a mutation run judges the
// mutants of what held.
template <typename M>
class ExpectationThat {
 public:
  ExpectationThat(const M& matcher, const char* file, int line)
      : matcher_(matcher), file_(file), line_(line) {}

  template <typename Value>
  testing::AssertionResult operator()(const char* text, const Value& value) const {
    const auto judge = testing::internal::MakePredicateFormatterFromMatcher(matcher_);
    if (Mutation::Current() == nullptr) return judge(text, value);

    if constexpr (MayBeEmpty<Value>) {
      if (!value.empty() && AppliesToNothing<Value>()) return judge(text, Value());
    }
    const auto trial = std::make_shared<MutationTrial>(file_, line_);
    const testing::AssertionResult result = [&] {
      const MutationTrial::Scope scope(*trial);
      return judge(text, value);
    }();
    if (!result) return result;
    if constexpr (std::is_same_v<Value, WireView> && std::is_same_v<M, ShowsMatcher>) {
      Mutation::Current()->Later([trial, matcher = matcher_, value] {
        trial->JudgeMutants([&] { return matcher.MatchAndExplain(value, nullptr); });
      });
    } else {
      trial->JudgeMutants(
          [&] { return testing::SafeMatcherCast<const Value&>(matcher_).Matches(value); });
    }
    if constexpr (MayBeEmpty<Value>) {
      if (!value.empty() && Mutation::Current()->judges()) {
        Mutant nothing = OfNothing<Value>();
        nothing.survived = testing::SafeMatcherCast<const Value&>(matcher_).Matches(Value());
        Mutation::Current()->Add(nothing);
      }
    }
    return result;
  }

 private:
  // That the expectation holds of nothing at all as well: Each() does, and Not(Contains()). Here it
  // is the value that is changed.
  template <typename Value>
  Mutant OfNothing() const {
    std::ostringstream description;
    testing::SafeMatcherCast<const Value&>(matcher_).DescribeTo(&description);
    return {file_, line_, 1, description.str(), "of nothing at all"};
  }
  template <typename Value>
  bool AppliesToNothing() const {
    return !Mutation::Current()->judges() && Mutation::Current()->Applies(OfNothing<Value>());
  }

  const M matcher_;
  const char* file_;
  int line_;
};

}  // namespace halfopen

#undef EXPECT_THAT
#undef ASSERT_THAT
#define EXPECT_THAT(value, matcher) \
  EXPECT_PRED_FORMAT1(::halfopen::ExpectationThat(matcher, __FILE__, __LINE__), value)
#define ASSERT_THAT(value, matcher) \
  ASSERT_PRED_FORMAT1(::halfopen::ExpectationThat(matcher, __FILE__, __LINE__), value)

#endif  // HALFOPEN_HARNESS_EXPECT_EXPECTATION_H_

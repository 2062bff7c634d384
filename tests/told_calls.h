// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_TESTS_TOLD_CALLS_H_
#define HALFOPEN_TESTS_TOLD_CALLS_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "fixtures/strace_reader.h"

namespace halfopen {

// Keeps what a StraceReader tells, and holds each end against its beginning.
class ToldCalls : public StraceReader::Listener {
 public:
  void OnBegin(const Call& call) override {
    EXPECT_NE(call.id, 0U);
    for (const Call& other : begun) EXPECT_NE(call.id, other.id);
    begun.push_back(call);
  }
  void OnEnd(const Call& call) override {
    EXPECT_EQ(std::ranges::count(begun, call.id, &Call::id), 1) << call;
    ended.push_back(call);
  }
  void OnStarted(int thread) override { started.push_back(thread); }
  void OnThreadEnded(int, std::string_view how) override { ends.emplace_back(how); }
  void OnSignalFromOutside(std::string_view signal) override { from_outside.emplace_back(signal); }

  std::vector<std::string> Texts() const {
    std::vector<std::string> texts;
    std::ranges::transform(ended, std::back_inserter(texts), &Call::ToString);
    return texts;
  }
  std::vector<Call> Of(std::string_view name) const {
    std::vector<Call> calls;
    std::ranges::copy_if(ended, std::back_inserter(calls),
                         [name](const Call& call) { return call.name == name; });
    return calls;
  }

  std::vector<Call> begun;
  std::vector<Call> ended;
  std::vector<int> started;
  std::vector<std::string> ends;
  std::vector<std::string> from_outside;
};

}  // namespace halfopen

#endif  // HALFOPEN_TESTS_TOLD_CALLS_H_

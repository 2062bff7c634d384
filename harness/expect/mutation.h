// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_MUTATION_H_
#define HALFOPEN_HARNESS_EXPECT_MUTATION_H_

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/expect/mutant.h"

namespace halfopen {

// A mutation run (`--mutate`) changes one thing after the other in each expectation of a story, and
// holds what was changed against the very thing that the expectation has just held of: its calls,
// its packets, its values. Or it applies one mutant (`--mutant`), with which the story must fail.
//
// What is known of the mutants of the story that runs in this process, while it lives. One at a
// time; used by the story's thread only.
class Mutation {
 public:
  // Applies the mutant of this Name(), and judges none; judges all of them if it is empty.
  explicit Mutation(std::string applied = {});
  ~Mutation();
  Mutation(const Mutation&) = delete;
  Mutation& operator=(const Mutation&) = delete;

  // Null outside a mutation run.
  static Mutation* Current() { return current_; }

  bool judges() const { return applied_.empty(); }
  // Whether this is the mutant to be applied, which is then applied.
  bool Applies(const Mutant& mutant);
  // The mutant to be applied was met, and what it changes.
  const std::string& applied_to() const { return applied_to_; }

  // A mutant was judged. One that is judged more than once (in a loop, in a helper) survives if it
  // survived each time.
  void Add(const Mutant& mutant);
  // Judges when the story has ended: judging takes its time, and the story's timers run.
  void Later(std::function<void()> judge) { later_.push_back(std::move(judge)); }
  void JudgeTheRest();
  const std::vector<Mutant>& mutants() const { return mutants_; }

  // Counts packets that came behind a timer, and whose time no expectation holds.
  void AddUntimed(std::size_t packets) { untimed_ += packets; }
  std::size_t untimed() const { return untimed_; }

 private:
  static Mutation* current_;

  const std::string applied_;
  std::string applied_to_;
  std::vector<Mutant> mutants_;                // in the order in which they were judged first
  std::map<std::string, std::size_t> places_;  // in mutants_, by name
  std::vector<std::function<void()>> later_;
  std::size_t untimed_ = 0;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_MUTATION_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_MUTANT_H_
#define HALFOPEN_HARNESS_EXPECT_MUTANT_H_

#include <cstddef>
#include <functional>
#include <string>

namespace halfopen {

// An expectation of a story with one thing changed in it. It is killed if what it says does not
// hold wherever the expectation does: then the story would have failed with it.
struct Mutant {
  std::string file;  // of the expectation
  int line = 0;
  int matcher = 1;          // which of the expectation's matchers is changed
  std::string expectation;  // what that says, or the script's line that is changed
  std::string change;       // what it says instead; unique among the changes of its matcher
  bool survived = false;

  // "scenarios/rst_after_fin/second_write.cc:20: ECONNRESET": what --mutant takes. Equal in every
  // run, as it names no measured value.
  std::string Name() const;
};

// How the mutants of a story fared.
struct MutationScore {
  std::size_t mutants = 0;
  std::size_t killed = 0;
  // Packets that came behind a timer, at a time that no expectation holds.
  std::size_t untimed = 0;

  bool operator==(const MutationScore&) const = default;
};

// A matcher of type M with one thing changed in it.
template <typename M>
struct MutantOf {
  std::string expectation;
  std::string change;
  std::function<M()> make;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_MUTANT_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_MUTATION_TRIAL_H_
#define HALFOPEN_HARNESS_EXPECT_MUTATION_TRIAL_H_

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "harness/expect/mutant.h"

namespace halfopen {

// Which matcher of the story this is. Copies are the same one, for GoogleMock copies matchers.
class MatcherId {
 public:
  MatcherId();
  bool operator==(const MatcherId&) const = default;

 private:
  std::uint64_t number_;
};

// An expectation that is held against its value in a mutation run: as it is, when its matchers tell
// of their mutants (or have the one that is to be applied); then with one of the mutants. An
// expectation is judged as a whole, so that a mutant within Not() or Contains() is judged by what
// it makes of the whole.
class MutationTrial {
 public:
  // `file` and `line` are the expectation's.
  MutationTrial(const char* file, int line) : file_(file), line_(line) {}
  MutationTrial(const MutationTrial&) = delete;
  MutationTrial& operator=(const MutationTrial&) = delete;

  // Makes it the thread's current one for the rest of the scope.
  class Scope {
   public:
    explicit Scope(MutationTrial& trial) : outer_(std::exchange(current_, &trial)) {}
    ~Scope() { current_ = outer_; }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    MutationTrial* outer_;
  };
  // Null outside an expectation, and in a run that is no mutation run.
  static MutationTrial* Current() { return current_; }
  // Whether what is judged now is a mutant, of which no evidence is to tell.
  static bool OfMutant() { return current_ != nullptr && current_->tried_ != nullptr; }

  // Judges every mutant that was found: it survives if `holds` is true with it in its place.
  void JudgeMutants(const std::function<bool()>& holds);

  // For matchers: whether this mutant is to take the matcher's place. It is remembered if none has.
  bool TakesPlace(const MatcherId& id, const std::string& expectation, const std::string& change);
  // Whether some mutant of this matcher may.
  bool Asks(const MatcherId& id) const;
  // Whether mutants are looked for only in what holds: when none takes its place.
  bool Finds() const;

 private:
  struct Found {
    MatcherId id;
    Mutant mutant;
  };

  static thread_local MutationTrial* current_;

  const char* const file_;
  const int line_;
  std::vector<Found> found_;
  std::vector<MatcherId> matchers_;  // that have mutants, in the order in which they were asked
  const Found* tried_ = nullptr;
};

// What a matcher with mutants does when GoogleMock asks it. It has an id(), Holds(actual,
// explanation), which says whether it matches, and Mutants(actual) for what it holds of: each says
// something else that is wrong of all that the matcher holds of.
template <typename M, typename Actual>
bool MatchWithMutants(const M& matcher, const Actual& actual, std::ostream* explanation) {
  MutationTrial* const trial = MutationTrial::Current();
  if (trial == nullptr || !trial->Asks(matcher.id())) return matcher.Holds(actual, explanation);
  if (trial->Finds() && !matcher.Holds(actual, explanation)) return false;
  for (const MutantOf<M>& mutant : matcher.Mutants(actual)) {
    if (trial->TakesPlace(matcher.id(), mutant.expectation, mutant.change)) {
      return mutant.make().Holds(actual, explanation);
    }
  }
  return trial->Finds() || matcher.Holds(actual, explanation);
}

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_MUTATION_TRIAL_H_

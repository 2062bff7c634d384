// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/mutation_trial.h"

#include <algorithm>
#include <atomic>

#include "harness/expect/mutation.h"

namespace halfopen {

thread_local MutationTrial* MutationTrial::current_ = nullptr;

MatcherId::MatcherId() {
  static std::atomic<std::uint64_t> next{1};
  number_ = next.fetch_add(1, std::memory_order_relaxed);
}

bool MutationTrial::Finds() const { return tried_ == nullptr && Mutation::Current()->judges(); }

bool MutationTrial::Asks(const MatcherId& id) const {
  return tried_ == nullptr || tried_->id == id;
}

bool MutationTrial::TakesPlace(const MatcherId& id, const std::string& expectation,
                               const std::string& change) {
  if (tried_ != nullptr) return tried_->mutant.change == change;
  auto matcher = std::ranges::find(matchers_, id);
  if (matcher == matchers_.end()) matcher = matchers_.insert(matcher, id);
  const Mutant mutant{file_, line_, static_cast<int>(matcher - matchers_.begin()) + 1, expectation,
                      change};
  if (!Mutation::Current()->judges()) return Mutation::Current()->Applies(mutant);
  const bool known = std::ranges::any_of(
      found_, [&](const Found& found) { return found.id == id && found.mutant.change == change; });
  if (!known) found_.push_back({id, mutant});
  return false;
}

void MutationTrial::JudgeMutants(const std::function<bool()>& holds) {
  const Scope scope(*this);
  for (Found& found : found_) {
    tried_ = &found;
    found.mutant.survived = holds();
    Mutation::Current()->Add(found.mutant);
  }
  tried_ = nullptr;
}

}  // namespace halfopen

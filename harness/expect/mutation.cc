// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/mutation.h"

#include <fmt/format.h>

#include <stdexcept>
#include <string_view>

namespace halfopen {

Mutation* Mutation::current_ = nullptr;

std::string Mutant::Name() const {
  const std::string which = matcher == 1 ? "" : fmt::format(" matcher {}:", matcher);
  // A header is named as from the build's folder, which is below the repository's.
  const std::string_view place = std::string_view(file).substr(file.starts_with("../") ? 3 : 0);
  return fmt::format("{}:{}:{} {}", place, line, which, change);
}

Mutation::Mutation(std::string applied) : applied_(std::move(applied)) {
  if (current_ != nullptr) throw std::logic_error("two mutation runs at once");
  current_ = this;
}

Mutation::~Mutation() { current_ = nullptr; }

bool Mutation::Applies(const Mutant& mutant) {
  if (applied_ != mutant.Name()) return false;
  applied_to_ = mutant.expectation;
  return true;
}

void Mutation::Add(const Mutant& mutant) {
  const auto [place, is_new] = places_.try_emplace(mutant.Name(), mutants_.size());
  if (is_new) {
    mutants_.push_back(mutant);
  } else if (!mutant.survived) {
    mutants_[place->second].survived = false;
  }
}

void Mutation::JudgeTheRest() {
  for (const std::function<void()>& judge : std::exchange(later_, {})) judge();
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/record/waiting.h"

namespace halfopen {

void Waiting::Await(const std::string& what) {
  const std::lock_guard lock(mutex_);
  awaited_ = what;
  TellLocked();
}

void Waiting::BeginCall(std::uint64_t id, const std::string& what) {
  const std::lock_guard lock(mutex_);
  calls_[id] = what;
  TellLocked();
}

void Waiting::EndCall(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  calls_.erase(id);
  TellLocked();
}

void Waiting::TellLocked() const {
  static const std::string kNothing;
  tell_(!awaited_.empty() ? awaited_ : calls_.empty() ? kNothing : calls_.rbegin()->second);
}

}  // namespace halfopen

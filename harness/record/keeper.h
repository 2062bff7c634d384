// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RECORD_KEEPER_H_
#define HALFOPEN_HARNESS_RECORD_KEEPER_H_

#include <functional>
#include <mutex>
#include <utility>

namespace halfopen {

// Hands what is told from anywhere below a story to the one who keeps the running scenario's
// evidence, if there is one: a story's values and matchers know nothing of it. Thread-safe; the
// keeper is called under the lock.
template <typename Told>
class Keeper {
 public:
  using Keep = std::function<void(const Told&)>;

  void Set(Keep keep) {
    const std::lock_guard lock(mutex_);
    keep_ = std::move(keep);
  }
  void Tell(const Told& told) {
    const std::lock_guard lock(mutex_);
    if (keep_) keep_(told);
  }

 private:
  std::mutex mutex_;
  Keep keep_;  // guarded by mutex_
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RECORD_KEEPER_H_

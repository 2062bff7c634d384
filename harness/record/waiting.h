// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RECORD_WAITING_H_
#define HALFOPEN_HARNESS_RECORD_WAITING_H_

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace halfopen {

// What a story waits for now, for who watches it or has to say what it hung in: the packets, state
// or output that its own thread awaits, else the call that began last and has not returned (on a
// thread of its own perhaps). Thread-safe.
class Waiting {
 public:
  // Hears of each change, in words; empty: for nothing. Called under a lock.
  using Tell = std::function<void(const std::string& what)>;
  explicit Waiting(Tell tell) : tell_(std::move(tell)) {}

  // The story's own thread waits for `what`; empty when it goes on.
  void Await(const std::string& what);
  void BeginCall(std::uint64_t id, const std::string& what);
  void EndCall(std::uint64_t id);

 private:
  void TellLocked() const;

  std::mutex mutex_;  // guards what follows
  const Tell tell_;
  std::string awaited_;
  std::map<std::uint64_t, std::string> calls_;  // ids grow
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RECORD_WAITING_H_

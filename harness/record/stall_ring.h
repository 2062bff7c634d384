// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RECORD_STALL_RING_H_
#define HALFOPEN_HARNESS_RECORD_STALL_RING_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "netns/clock.h"

namespace halfopen {

// A time in which a CPU did not run a thread that was due.
struct Stall {
  TimePoint begin;  // when the thread was due
  TimePoint end;    // when it ran, or the present if it still does not
  bool operator==(const Stall&) const = default;
};

// The late wake-ups of one CPU, in memory that processes share: one writer, any number of readers,
// no lock. The last kCapacity of them are kept; older ones are forgotten.
class StallRing {
 public:
  static constexpr std::size_t kCapacity = 8192;
  // A wake-up no later than this is a normal one.
  static constexpr Duration kThreshold = std::chrono::milliseconds(1);

  // The writer says when it will wake next: a reader sees by it a stall that is not over yet.
  void SetNextDue(TimePoint due);
  // The writer was due at `due` and ran at `woke`. To be called before the next SetNextDue.
  void Add(TimePoint due, TimePoint woke);

  // Whether the writer, as seen at `now`, has not come back from its sleep though it should have.
  bool Overdue(TimePoint now) const;
  // The longest that was ever added, those that were forgotten included.
  Duration Longest() const { return Duration(longest_.load()); }
  // Adds to `stalls` those that overlap [from, to], cut to it, the ongoing one included.
  void Collect(TimePoint from, TimePoint to, TimePoint now, std::vector<Stall>& stalls) const;

 private:
  struct Entry {
    std::atomic<std::int64_t> due;  // nanoseconds of Clock
    std::atomic<std::int64_t> woke;
  };
  static_assert(std::atomic<std::int64_t>::is_always_lock_free, "shared between processes");

  std::atomic<std::int64_t> next_due_{0};  // 0: the writer has not begun
  std::atomic<std::uint64_t> count_{0};    // entries ever written
  std::atomic<std::int64_t> longest_{0};   // nanoseconds
  std::array<Entry, kCapacity> entries_{};
};

// The time that at least one of the stalls covers.
Duration CoveredTime(std::vector<Stall> stalls);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RECORD_STALL_RING_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/record/stall_ring.h"

#include <algorithm>

namespace halfopen {
namespace {

std::int64_t Count(TimePoint time) { return time.time_since_epoch().count(); }
TimePoint Time(std::int64_t count) { return TimePoint(Duration(count)); }

void AddCut(TimePoint begin, TimePoint end, TimePoint from, TimePoint to,
            std::vector<Stall>& stalls) {
  const Stall cut{std::max(begin, from), std::min(end, to)};
  if (cut.begin < cut.end) stalls.push_back(cut);
}

}  // namespace

// The order of the stores is what readers rely on: an entry is complete before it is counted, and
// counted before the writer no longer looks overdue, so that no moment hides a stall.
void StallRing::SetNextDue(TimePoint due) { next_due_.store(Count(due)); }

void StallRing::Add(TimePoint due, TimePoint woke) {
  const std::uint64_t count = count_.load();
  Entry& entry = entries_[count % kCapacity];
  entry.due.store(Count(due));
  entry.woke.store(Count(woke));
  longest_.store(std::max(longest_.load(), (woke - due).count()));
  count_.store(count + 1);
}

bool StallRing::Overdue(TimePoint now) const {
  const std::int64_t due = next_due_.load();
  return due != 0 && now - Time(due) > kThreshold;
}

void StallRing::Collect(TimePoint from, TimePoint to, TimePoint now,
                        std::vector<Stall>& stalls) const {
  const std::int64_t due = next_due_.load();
  if (due != 0 && now - Time(due) > kThreshold) AddCut(Time(due), now, from, to, stalls);
  // Newest first; they are in the order of time, so the first one before `from` ends the search.
  for (std::uint64_t index = count_.load(); index-- > 0;) {
    const Entry& entry = entries_[index % kCapacity];
    const TimePoint begin = Time(entry.due.load());
    const TimePoint end = Time(entry.woke.load());
    // The writer may have come round to this entry, so that what was read is of a newer one.
    if (count_.load() >= index + kCapacity) return;
    if (end <= from) return;
    AddCut(begin, end, from, to, stalls);
  }
}

Duration CoveredTime(std::vector<Stall> stalls) {
  std::sort(stalls.begin(), stalls.end(),
            [](const Stall& a, const Stall& b) { return a.begin < b.begin; });
  Duration covered{};
  TimePoint until = TimePoint::min();
  for (const Stall& stall : stalls) {
    if (stall.end <= until) continue;
    covered += stall.end - std::max(stall.begin, until);
    until = stall.end;
  }
  return covered;
}

}  // namespace halfopen

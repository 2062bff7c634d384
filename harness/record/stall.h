// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RECORD_STALL_H_
#define HALFOPEN_HARNESS_RECORD_STALL_H_

#include <sys/types.h>

#include <memory>
#include <vector>

#include "harness/record/stall_ring.h"
#include "netns/clock.h"
#include "netns/fd.h"

namespace halfopen {

// Watches how long this machine keeps threads that are due from running, so that the upper bound of
// a timer can be widened by what the machine itself cost.
//
// One small process for each CPU that this one may run on, pinned to it, wakes every kPeriod and
// writes down each wake-up that was late. They hold no descriptor, write no file, have no signal
// handlers, and die with the thread that started them. They are of the network namespace of that
// thread: start the monitor before entering another one. Not for virtual time, in which nothing may
// tick: where no monitor is started, nothing ticks.
class StallMonitor {
 public:
  static constexpr Duration kPeriod = std::chrono::milliseconds(5);

  // Returns when every CPU is being watched. Throws EnvironmentError.
  static std::unique_ptr<StallMonitor> Start();
  // Ends and reaps the processes; in a forked child of the starter it leaves them alone.
  ~StallMonitor();
  StallMonitor(const StallMonitor&) = delete;
  StallMonitor& operator=(const StallMonitor&) = delete;

  // How much later this machine may have made something that was due within [from, to]: for one
  // timer, `from` is when it may fire first and `to` when it was seen to fire; for a schedule,
  // `from` is its start.
  //
  // It is Floor() plus the time within [from, to] in which at least one CPU was seen stalled,
  // stalls that are not over yet included. Not the longest stall: a timer's softirq, the softirq of
  // the receiver and the woken thread may meet stalls of several CPUs one after the other. Not
  // their sum: while all CPUs stall together nothing is delayed twice. Stalls before `from` do not
  // count, for a timer that is not due yet is not delayed by them. After 40 s of stalls without a
  // break the older ones are forgotten.
  //
  // Works in every forked child as well; thread-safe. Throws EnvironmentError if a process of the
  // monitor has died, for then no bound is known.
  Duration WorstStall(TimePoint from, TimePoint to) const;

  // The time within [from, to] in which at least one CPU was seen in a stall that lasted longer
  // than `piece`. Thread-safe.
  Duration StalledFor(TimePoint from, TimePoint to, Duration piece) const;

  // The longest that a CPU was seen stalled since the start. Thread-safe.
  Duration LongestStall() const;

  // What WorstStall never falls below: as much as one stall can hide from the monitor (kPeriod and
  // the lateness of a normal wake-up), and no less than one jiffy.
  static Duration Floor();

  // Descriptors that tell of the processes' deaths; a child that asks WorstStall keeps them open.
  std::vector<int> descriptors() const;

  // The processes, one for each watched CPU.
  const std::vector<pid_t>& processes() const { return processes_; }

 private:
  struct Unmap {
    std::size_t size;
    void operator()(void* memory) const;
  };
  template <typename T>
  using Mapped = std::unique_ptr<T, Unmap>;

  explicit StallMonitor(std::size_t cpus);
  void StartProcess(int cpu, StallRing& ring, int failures);

  std::size_t cpus_;
  Mapped<StallRing> rings_;  // shared with the processes and all children
  Mapped<bool> owner_;       // true in the starter, wiped to false in its children
  std::vector<pid_t> processes_;
  std::vector<Fd> process_fds_;  // readable once the process is dead (pidfd_open(2))
};

// The monitor of this process, inherited over fork; null if none runs, and then nothing is widened.
// Thread-safe.
const StallMonitor* CurrentStallMonitor();
// `monitor` may be null, and has to outlive its use; its destructor takes it back.
void SetCurrentStallMonitor(const StallMonitor* monitor);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RECORD_STALL_H_

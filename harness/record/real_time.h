// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RECORD_REAL_TIME_H_
#define HALFOPEN_HARNESS_RECORD_REAL_TIME_H_

#include <pthread.h>

namespace halfopen {

// While it lives, a thread and all that it starts meanwhile, programs too, run ahead of every
// thread of the normal policy (SCHED_FIFO, sched(7)). In virtual time a guest has one slow CPU, and
// a story that had to wait for the set-up of others would measure that instead of TCP. What runs
// this way must block whenever it waits: at its priority only sched_yield(2) gives way.
class RealTime {
 public:
  // Needs CAP_SYS_NICE. Throws EnvironmentError.
  explicit RealTime(pthread_t thread = pthread_self());
  // Back to the normal policy; the threads that it started keep theirs.
  ~RealTime();
  RealTime(const RealTime&) = delete;
  RealTime& operator=(const RealTime&) = delete;

 private:
  pthread_t thread_;
};

// Lets the kernel's softirq threads (ksoftirqd/N) run ahead of what is in real time: packets and
// timers that were left to them would wait for the stories otherwise. For the whole machine and for
// good: only in a guest of our own. Needs CAP_SYS_NICE and /proc. Throws EnvironmentError.
void RunSoftirqsFirst();

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RECORD_REAL_TIME_H_

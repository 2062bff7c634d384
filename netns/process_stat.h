// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_PROCESS_STAT_H_
#define HALFOPEN_NETNS_PROCESS_STAT_H_

#include <sys/types.h>

#include <optional>

namespace halfopen {

// What the kernel tells of a process (proc_pid_stat(5)).
struct ProcessStat {
  char state = '?';
  // It is on its way out, whatever for (PF_EXITING), or has ended and is not yet reaped: no signal
  // that is sent from now on is what ends it. Its descriptors may be closed a moment later.
  bool exiting = false;

  // By a signal or a tracer.
  bool IsStopped() const { return state == 'T' || state == 't'; }
};

// std::nullopt if there is none of this number, or /proc cannot be read. Thread-safe.
std::optional<ProcessStat> ReadProcessStat(pid_t process);

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_PROCESS_STAT_H_

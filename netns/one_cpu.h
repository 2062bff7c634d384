// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_ONE_CPU_H_
#define HALFOPEN_NETNS_ONE_CPU_H_

#include <optional>
#include <vector>

namespace halfopen {

// The CPUs that the calling thread may run on, in ascending order. Throws EnvironmentError.
std::vector<int> AllowedCpus();

// One of the CPUs that the calling thread may run on: the `number`th (0 or more), counted round and
// round. Nothing where there is but one in the machine. Throws EnvironmentError.
std::optional<int> OneCpu(int number);

// Keeps the calling thread, and whatever it starts from now on, on that CPU. False with errno set
// (sched_setaffinity(2)) where the kernel refuses, and then nothing has changed. Async-signal-safe.
bool StayOn(int cpu);

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_ONE_CPU_H_

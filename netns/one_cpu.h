// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_ONE_CPU_H_
#define HALFOPEN_NETNS_ONE_CPU_H_

#include <optional>

namespace halfopen {

// One of the CPUs that the calling thread may run on: the `number`th (0 or more), counted round and
// round. Nothing where there is but one in the machine, or the kernel does not tell.
std::optional<int> OneCpu(int number);

// Keeps the calling thread, and whatever it starts from now on, on that CPU. Where the kernel
// refuses (sched_setaffinity(2)), it stays as it is.
void StayOn(int cpu);

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_ONE_CPU_H_

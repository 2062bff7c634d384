// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/one_cpu.h"

#include <sched.h>
#include <unistd.h>

namespace halfopen {

std::optional<int> OneCpu(int number) {
  cpu_set_t allowed;
  if (sysconf(_SC_NPROCESSORS_ONLN) < 2) return std::nullopt;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return std::nullopt;
  int left = number % CPU_COUNT(&allowed);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &allowed) && left-- == 0) return cpu;
  }
  return std::nullopt;
}

void StayOn(int cpu) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(cpu, &one);
  sched_setaffinity(0, sizeof one, &one);
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/one_cpu.h"

#include <sched.h>
#include <unistd.h>

#include "netns/error.h"

namespace halfopen {

std::vector<int> AllowedCpus() {
  cpu_set_t set;
  Check(sched_getaffinity(0, sizeof set, &set), "sched_getaffinity", "this thread");
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
  }
  return cpus;
}

std::optional<int> OneCpu(int number) {
  if (sysconf(_SC_NPROCESSORS_ONLN) < 2) return std::nullopt;
  const std::vector<int> cpus = AllowedCpus();
  return cpus[static_cast<std::size_t>(number) % cpus.size()];
}

bool StayOn(int cpu) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(cpu, &one);
  return sched_setaffinity(0, sizeof one, &one) == 0;
}

}  // namespace halfopen

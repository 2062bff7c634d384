// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/record/real_time.h"

#include <sched.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <string>

#include "netns/error.h"

namespace halfopen {
namespace {

int SetPolicy(pthread_t thread, int policy) {
  const sched_param parameters{.sched_priority = sched_get_priority_min(policy)};
  return pthread_setschedparam(thread, policy, &parameters);
}

}  // namespace

RealTime::RealTime(pthread_t thread) : thread_(thread) {
  if (const int error = SetPolicy(thread_, SCHED_FIFO); error != 0) {
    throw EnvironmentError("pthread_setschedparam", "SCHED_FIFO", error,
                           "virtual time needs CAP_SYS_NICE");
  }
}

RealTime::~RealTime() { SetPolicy(thread_, SCHED_OTHER); }

void RunSoftirqsFirst() {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    pid_t process = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), process);
    if (error != std::errc{} || end != name.data() + name.size()) continue;
    std::string command;
    std::getline(std::ifstream(entry.path() / "comm"), command);
    if (!command.starts_with("ksoftirqd/")) continue;
    const sched_param ahead{.sched_priority = sched_get_priority_min(SCHED_FIFO) + 1};
    Check(sched_setscheduler(process, SCHED_FIFO, &ahead), "sched_setscheduler", command);
  }
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_TESTS_PROCESSES_NAMED_H_
#define HALFOPEN_TESTS_PROCESSES_NAMED_H_

#include <sys/types.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace halfopen {

// The pids of all processes of one name that this process can see.
inline std::vector<pid_t> ProcessesNamed(const std::string& name) {
  std::vector<pid_t> pids;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string pid = entry.path().filename().string();
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream file(entry.path() / "comm");
    if (std::string comm; std::getline(file, comm) && comm == name) pids.push_back(std::stoi(pid));
  }
  return pids;
}

}  // namespace halfopen

#endif  // HALFOPEN_TESTS_PROCESSES_NAMED_H_

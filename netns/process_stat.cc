// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/process_stat.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace halfopen {

std::optional<ProcessStat> ReadProcessStat(pid_t process) {
  constexpr unsigned kExiting = 0x4;  // PF_EXITING, linux/sched.h
  std::ifstream file(fmt::format("/proc/{}/stat", process));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::size_t name_end = text.rfind(") ");  // a name may hold anything
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(text.substr(name_end + 2));
  ProcessStat stat;
  int skipped = 0;  // parent, group, session, terminal, its foreground group
  unsigned flags = 0;
  fields >> stat.state >> skipped >> skipped >> skipped >> skipped >> skipped >> flags;
  if (!fields) return std::nullopt;
  stat.exiting = (flags & kExiting) != 0;
  return stat;
}

}  // namespace halfopen

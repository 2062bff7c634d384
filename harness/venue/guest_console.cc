// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/guest_console.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstring>

namespace halfopen {

std::string TailOf(const std::string& console) {
  constexpr int kLines = 20;
  std::size_t begin = console.size();
  for (int line = 0; line <= kLines && begin != 0 && begin != std::string::npos; ++line) {
    begin = console.rfind('\n', begin - 1);
  }
  return begin == std::string::npos || begin == 0 ? console : console.substr(begin + 1);
}

std::string PanicOf(const std::string& console) {
  const std::size_t begin = console.find("Kernel panic");
  if (begin == std::string::npos) return {};
  return console.substr(begin, console.find_first_of("\r\n", begin) - begin);
}

bool RanOutOfMemory(const std::string& console) {
  return console.find("Out of memory") != std::string::npos;
}

std::string GuestComplaint(const MailboxHeader& mailbox, const std::string& console) {
  if (mailbox.state.load() == MailboxHeader::State::kFailed) {
    return fmt::format("the guest could not start: {}",
                       std::string(mailbox.error, strnlen(mailbox.error, sizeof mailbox.error)));
  }
  const std::string panic = PanicOf(console);
  return panic.empty() ? panic : fmt::format("the guest's kernel died: {}", panic);
}

}  // namespace halfopen

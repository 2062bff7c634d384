// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/failure_text.h"

#include <string_view>

namespace halfopen {

std::string FailureText(std::string message) {
  constexpr std::string_view kType = " (of type halfopen::";
  for (std::size_t at = 0; (at = message.find(kType, at)) != std::string::npos;) {
    const std::size_t end = message.find(')', at);
    if (end == std::string::npos) break;
    message.erase(at, end + 1 - at);
  }
  constexpr std::string_view kHead = "Value of: ";
  constexpr std::string_view kReport = "as follows, the wire differs";
  const std::size_t report = message.find(kReport);
  if (message.starts_with(kHead) && report != std::string::npos) {
    message.erase(0, report + std::string_view("as follows, ").size());
  }
  return message;
}

}  // namespace halfopen

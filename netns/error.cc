// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/error.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace halfopen {

EnvironmentError::EnvironmentError(std::string_view call, std::string_view object, int error,
                                   std::string_view detail)
    : std::runtime_error(fmt::format(
          "{}{}{}{}{}{}", call, object.empty() ? "" : " ", object,
          error == 0 ? std::string{} : fmt::format(": {} ({})", ErrnoName(error), ErrnoText(error)),
          detail.empty() ? "" : ": ", detail)),
      error_(error) {}

std::string ErrnoName(int error) {
  const char* name = strerrorname_np(error);
  return name != nullptr ? std::string(name) : fmt::format("errno {}", error);
}

std::string ErrnoText(int error) {
  const char* text = strerrordesc_np(error);
  return text != nullptr ? std::string(text) : fmt::format("Unknown error {}", error);
}

int ErrnoOfText(std::string_view words) {
  constexpr int kLast = 4095;  // MAX_ERRNO, linux/err.h
  for (int error = 1; error <= kLast; ++error) {
    const char* const text = strerrordesc_np(error);
    if (text != nullptr && words.ends_with(text)) return error;
  }
  return 0;
}

int Check(int result, std::string_view call, std::string_view object) {
  if (result < 0) throw EnvironmentError(call, object, errno);
  return result;
}

}  // namespace halfopen

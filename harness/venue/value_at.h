// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_VALUE_AT_H_
#define HALFOPEN_HARNESS_VENUE_VALUE_AT_H_

#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>

namespace halfopen {

// The T at `offset`, whatever its alignment; nullopt if the bytes end before it does.
template <typename T>
std::optional<T> ValueAt(std::string_view bytes, std::size_t offset) {
  if (offset > bytes.size() || sizeof(T) > bytes.size() - offset) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_VALUE_AT_H_

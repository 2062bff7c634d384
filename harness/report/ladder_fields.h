// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_LADDER_FIELDS_H_
#define HALFOPEN_HARNESS_REPORT_LADDER_FIELDS_H_

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "harness/report/result_json.h"

namespace halfopen {

// Fields of a timeline's event, which may be missing or of another type.
inline std::string TextAt(const nlohmann::json& event, const char* name) {
  return FieldOr<std::string>(event, name, "");
}

inline std::optional<std::int64_t> NumberIn(const nlohmann::json& event, const char* name) {
  const auto it = event.find(name);
  if (it == event.end() || !it->is_number_integer()) return std::nullopt;
  return it->get<std::int64_t>();
}

// Nanoseconds; kept within 36 years, so that sums and differences of two are numbers too.
inline std::int64_t TimeAt(const nlohmann::json& event, const char* name,
                           std::int64_t missing = 0) {
  constexpr std::int64_t kLimit = std::int64_t{1} << 60;
  return std::clamp(NumberIn(event, name).value_or(missing), -kLimit, kLimit);
}

inline std::int64_t NumberAt(const nlohmann::json& event, const char* name,
                             std::int64_t missing = 0) {
  return NumberIn(event, name).value_or(missing);
}

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_LADDER_FIELDS_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_RESULT_JSON_H_
#define HALFOPEN_HARNESS_REPORT_RESULT_JSON_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <type_traits>
#include <utility>

#include "harness/report/result.h"

namespace halfopen {

// A field of JSON that somebody else wrote; `missing` if there is none, or it is of another type or
// a number that T cannot hold.
template <typename T>
T FieldOr(const nlohmann::json& json, const char* name, T missing) {
  try {
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
      const auto it = json.find(name);
      if (it == json.end() || !it->is_number_integer()) return missing;
      const bool fits = it->is_number_unsigned()
                            ? std::in_range<T>(it->template get<std::uint64_t>())
                            : std::in_range<T>(it->template get<std::int64_t>());
      return fits ? it->template get<T>() : missing;
    }
    return json.value(name, missing);
  } catch (const nlohmann::json::exception&) {
    return missing;
  }
}

// All of a result but where its evidence lies, for a reader in another process.
nlohmann::json ToJson(const ScenarioResult& result);

nlohmann::json ToJson(const MutationScore& score);
// The field "mutation" of an object, as ToJson wrote it; none if there is none. Never throws.
std::optional<MutationScore> MutationFromJson(const nlohmann::json& json);

// What ToJson wrote; `scenario` is left empty but for its names and family of addresses. What
// is missing or of the wrong type stays at its default. Never throws.
ScenarioResult ResultFromJson(const nlohmann::json& json);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_RESULT_JSON_H_

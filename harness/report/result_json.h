// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_RESULT_JSON_H_
#define HALFOPEN_HARNESS_REPORT_RESULT_JSON_H_

#include <nlohmann/json.hpp>
#include <optional>

#include "harness/report/result.h"

namespace halfopen {

// A field of JSON that somebody else wrote; `missing` if there is none or it is of another type.
template <typename T>
T FieldOr(const nlohmann::json& json, const char* name, T missing) {
  try {
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

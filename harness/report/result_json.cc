// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/result_json.h"

#include <string>
#include <vector>

namespace halfopen {
namespace {

using Json = nlohmann::json;

// value() throws for a field of another type; a reader of foreign bytes must not.
template <typename T>
T Field(const Json& json, const char* name, T missing) {
  try {
    return json.value(name, missing);
  } catch (const Json::exception&) {
    return missing;
  }
}

Verdict VerdictOf(const std::string& word) {
  for (const Verdict verdict : {Verdict::kPassed, Verdict::kFailed, Verdict::kSkipped,
                                Verdict::kCrashed, Verdict::kTimedOut}) {
    if (word == ToString(verdict)) return verdict;
  }
  return Verdict::kError;
}

}  // namespace

Json ToJson(const ScenarioResult& result) {
  Json failures = Json::array();
  for (const Failure& failure : result.failures) {
    failures.push_back(
        {{"file", failure.file}, {"line", failure.line}, {"message", failure.message}});
  }
  Json json = {{"suite", result.scenario.suite},
               {"name", result.scenario.name},
               {"family", result.scenario.family},
               {"file", result.scenario.file},
               {"line", result.scenario.line},
               {"ip", ToString(result.scenario.ip)},
               {"repeat", result.repeat},
               {"verdict", ToString(result.verdict)},
               {"vacuous", result.vacuous},
               {"reason", result.reason},
               {"failures", failures},
               {"causes", result.causes},
               {"seconds", result.seconds}};
  if (result.control) json["control"] = *result.control;
  return json;
}

ScenarioResult ResultFromJson(const Json& json) {
  ScenarioResult result;
  if (!json.is_object()) return result;
  result.scenario = {Field<std::string>(json, "suite", ""),
                     Field<std::string>(json, "name", ""),
                     Field<std::string>(json, "family", ""),
                     Field<std::string>(json, "file", ""),
                     Field(json, "line", 0),
                     Field<std::string>(json, "ip", "") == ToString(IpFamily::kIpv6)
                         ? IpFamily::kIpv6
                         : IpFamily::kIpv4};
  result.repeat = Field(json, "repeat", 1);
  result.verdict = VerdictOf(Field<std::string>(json, "verdict", ""));
  result.vacuous = Field(json, "vacuous", false);
  result.reason = Field<std::string>(json, "reason", "");
  for (const Json& failure : Field(json, "failures", Json::array())) {
    if (!failure.is_object()) continue;
    result.failures.push_back({Field<std::string>(failure, "file", ""), Field(failure, "line", 0),
                               Field<std::string>(failure, "message", "")});
  }
  result.causes = Field(json, "causes", std::vector<std::string>{});
  result.seconds = Field(json, "seconds", 0.0);
  if (json.contains("control")) result.control = Field<std::string>(json, "control", "");
  return result;
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/result_json.h"

#include <string>
#include <vector>

namespace halfopen {
namespace {

using Json = nlohmann::json;

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
  result.scenario = {FieldOr<std::string>(json, "suite", ""),
                     FieldOr<std::string>(json, "name", ""),
                     FieldOr<std::string>(json, "family", ""),
                     FieldOr<std::string>(json, "file", ""),
                     FieldOr(json, "line", 0),
                     FieldOr<std::string>(json, "ip", "") == ToString(IpFamily::kIpv6)
                         ? IpFamily::kIpv6
                         : IpFamily::kIpv4};
  result.repeat = FieldOr(json, "repeat", 1);
  result.verdict = VerdictOf(FieldOr<std::string>(json, "verdict", ""));
  result.vacuous = FieldOr(json, "vacuous", false);
  result.reason = FieldOr<std::string>(json, "reason", "");
  for (const Json& failure : FieldOr(json, "failures", Json::array())) {
    if (!failure.is_object()) continue;
    result.failures.push_back({FieldOr<std::string>(failure, "file", ""),
                               FieldOr(failure, "line", 0),
                               FieldOr<std::string>(failure, "message", "")});
  }
  result.causes = FieldOr(json, "causes", std::vector<std::string>{});
  result.seconds = FieldOr(json, "seconds", 0.0);
  if (json.contains("control")) result.control = FieldOr<std::string>(json, "control", "");
  return result;
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/result_json.h"

#include <string>
#include <vector>

namespace halfopen {
namespace {

using Json = nlohmann::json;

Verdict VerdictOf(const std::string& word) {
  for (const Verdict verdict : {Verdict::kPassed, Verdict::kFailed, Verdict::kSkipped,
                                Verdict::kCrashed, Verdict::kTimedOut, Verdict::kHeldUp}) {
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
  if (result.mutation) json["mutation"] = ToJson(*result.mutation);
  return json;
}

Json ToJson(const MutationScore& score) {
  return {{"mutants", score.mutants}, {"killed", score.killed}, {"untimed", score.untimed}};
}

std::optional<MutationScore> MutationFromJson(const Json& json) {
  const Json score = FieldOr(json, "mutation", Json());
  if (!score.is_object()) return std::nullopt;
  constexpr std::size_t kNone = 0;
  return MutationScore{FieldOr(score, "mutants", kNone), FieldOr(score, "killed", kNone),
                       FieldOr(score, "untimed", kNone)};
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
  result.mutation = MutationFromJson(json);
  if (json.contains("control")) result.control = FieldOr<std::string>(json, "control", "");
  return result;
}

}  // namespace halfopen

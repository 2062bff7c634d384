// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/results_json.h"

#include <nlohmann/json.hpp>

namespace halfopen {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json OrNull(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json Fields(const RunReport& report, const ScenarioResult& result) {
  Json fields{{"name", result.scenario.ScenarioName()},
              {"family", result.scenario.family},
              {"ip", ToString(result.scenario.ip)},
              {"kernel", result.kernel.empty() ? report.kernel : result.kernel},
              {"verdict", ToString(result.verdict)},
              {"control", OrNull(result.control)},
              {"seconds", result.seconds},
              {"reason", result.reason},
              {"evidence", result.evidence}};
  if (result.repeat > 1) fields["repeat"] = result.repeat;
  if (result.control) fields["vacuous"] = result.vacuous;
  return fields;
}

Json Guests(const RunReport& report) {
  Json guests = Json::array();
  for (const GuestReport& guest : report.guests) {
    guests.push_back({{"kernel", guest.name},
                      {"release", guest.release},
                      {"virtual_seconds", guest.virtual_seconds},
                      {"wall_seconds", guest.wall_seconds},
                      {"error", guest.error}});
  }
  return guests;
}

// Bytes that are no UTF-8 (a program's output in a failure) must not cost the whole file.
std::string Dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string ResultsJson(const RunReport& report) {
  Json scenarios = Json::array();
  for (const ScenarioResult& result : report.results) scenarios.push_back(Fields(report, result));
  Json json({{"version", report.version},
             {"command", report.command},
             {"venue", report.venue},
             {"kernel", report.kernel},
             {"profile", report.profile},
             {"wall_seconds", report.wall_seconds},
             {"virtual_seconds", OrNull(report.virtual_seconds)},
             {"scenarios", std::move(scenarios)}});
  if (!report.guests.empty()) json["guests"] = Guests(report);
  return Dump(json);
}

std::string ResultJson(const RunReport& report, const ScenarioResult& result) {
  Json json = Fields(report, result);
  json["file"] = result.scenario.file;
  json["line"] = result.scenario.line;
  json["causes"] = result.causes;
  json["failures"] = Json::array();
  for (const Failure& failure : result.failures) {
    json["failures"].push_back(
        {{"file", failure.file}, {"line", failure.line}, {"message", failure.message}});
  }
  return Dump(json);
}

}  // namespace halfopen

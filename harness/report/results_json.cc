// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/results_json.h"

#include <nlohmann/json.hpp>

#include "harness/report/result_json.h"

namespace halfopen {
namespace {

using OrderedJson = nlohmann::ordered_json;

template <typename T>
OrderedJson OrNull(const std::optional<T>& value) {
  return value ? OrderedJson(*value) : OrderedJson(nullptr);
}

OrderedJson Fields(const RunReport& report, const ScenarioResult& result) {
  OrderedJson fields{{"name", result.scenario.ScenarioName()},
                     {"family", result.scenario.family},
                     {"ip", ToString(result.scenario.ip)},
                     {"kernel", result.kernel.empty() ? report.kernel : result.kernel},
                     {"verdict", ToString(result.verdict)},
                     {"control", OrNull(result.control)},
                     {"seconds", result.seconds},
                     {"reason", result.reason},
                     {"evidence", result.evidence}};
  if (result.held_up_seconds > 0) fields["held_up_seconds"] = result.held_up_seconds;
  if (result.repeat > 1) fields["repeat"] = result.repeat;
  if (result.control) fields["vacuous"] = result.vacuous;
  if (result.mutation) fields["mutation"] = OrderedJson(ToJson(*result.mutation));
  if (!result.venue.empty()) fields["venue"] = result.venue;
  if (!result.profile.empty()) fields["profile"] = result.profile;
  return fields;
}

OrderedJson Guests(const RunReport& report) {
  OrderedJson guests = OrderedJson::array();
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
std::string Dump(const OrderedJson& json) {
  return json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

}  // namespace

std::string ResultsJson(const RunReport& report) {
  OrderedJson scenarios = OrderedJson::array();
  for (const ScenarioResult& result : report.results) scenarios.push_back(Fields(report, result));
  OrderedJson json({{"version", report.version},
                    {"command", report.command},
                    {"venue", report.venue},
                    {"kernel", report.kernel},
                    {"profile", report.profile},
                    {"wall_seconds", report.wall_seconds},
                    {"virtual_seconds", OrNull(report.virtual_seconds)},
                    {"widest_stall_seconds", OrNull(report.widest_stall_seconds)},
                    {"interrupted", report.interrupted},
                    {"scenarios", std::move(scenarios)}});
  if (const auto score = CountMutants(report.results)) {
    json["mutation"] = OrderedJson(ToJson(*score));
  }
  if (!report.merged.empty()) json["merged"] = report.merged;
  if (!report.guests.empty()) json["guests"] = Guests(report);
  return Dump(json);
}

std::string ResultJson(const RunReport& report, const ScenarioResult& result) {
  OrderedJson json = Fields(report, result);
  json["file"] = result.scenario.file;
  json["line"] = result.scenario.line;
  json["says"] = result.scenario.catalogue.verdict;
  json["source"] = result.scenario.catalogue.source;
  json["outdated"] = result.scenario.catalogue.outdated;
  json["causes"] = result.causes;
  json["failures"] = OrderedJson::array();
  for (const Failure& failure : result.failures) {
    json["failures"].push_back(
        {{"file", failure.file}, {"line", failure.line}, {"message", failure.message}});
  }
  return Dump(json);
}

}  // namespace halfopen

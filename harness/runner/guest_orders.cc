// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/guest_orders.h"

#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "harness/runner/registry.h"

namespace halfopen {

std::string WriteGuestOrders(const RunOptions& options, const std::vector<PlannedRun>& plan) {
  nlohmann::json runs = nlohmann::json::array();
  for (const PlannedRun& run : plan) {
    runs.push_back({{"test", run.scenario.TestName()}, {"repeat", run.repeat}});
  }
  return nlohmann::json{{"profile", ToString(options.profile)},
                        {"jobs", options.jobs},
                        {"timeout", options.timeout.count()},
                        {"control", options.control},
                        {"require", options.require_capabilities},
                        {"mutate", options.mutate},
                        {"mutant", options.mutant},
                        {"sysctls", options.sysctls},
                        {"runs", runs}}
      .dump();
}

namespace {

GuestOrders Read(const nlohmann::json& json) {
  GuestOrders orders;
  RunOptions& options = orders.options;
  options.profile =
      json.at("profile") == ToString(Profile::kDefault) ? Profile::kDefault : Profile::kFast;
  options.jobs = json.at("jobs");
  options.timeout = Duration(json.at("timeout").get<Duration::rep>());
  options.control = json.at("control");
  options.mutate = json.at("mutate");
  options.mutant = json.at("mutant");
  options.sysctls = json.at("sysctls");
  options.require_capabilities = json.at("require");
  options.virtual_time = true;
  // One core: a second set-up at the same time would only get in the way of the first.
  options.set_ups = 1;
  options.out = "/out";

  std::map<std::string, const ScenarioInfo*> known;
  for (const ScenarioInfo& info : RegisteredScenarios()) known.emplace(info.TestName(), &info);
  for (const nlohmann::json& run : json.at("runs")) {
    const std::string test = run.at("test");
    const auto info = known.find(test);
    if (info == known.end()) throw std::invalid_argument("no scenario is called " + test);
    orders.plan.push_back({*info->second, run.at("repeat"), -1, {}, options.timeout});
  }
  return orders;
}

}  // namespace

GuestOrders ReadGuestOrders(const std::string& text) {
  try {
    return Read(nlohmann::json::parse(text));
  } catch (const nlohmann::json::exception& error) {
    throw std::invalid_argument(std::string("the orders for this guest cannot be read: ") +
                                error.what());
  }
}

}  // namespace halfopen

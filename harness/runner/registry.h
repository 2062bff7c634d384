// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_REGISTRY_H_
#define HALFOPEN_HARNESS_RUNNER_REGISTRY_H_

#include <string>
#include <vector>

#include "netns/address.h"

namespace halfopen {

// One scenario over one IP family: one GoogleTest test.
struct ScenarioInfo {
  std::string suite;   // "KeepaliveExpiry"
  std::string name;    // "BlockedReadTimesOutAfterTheLastProbe"
  std::string family;  // the folder of its file below scenarios/: "keepalive"
  std::string file;    // as the compiler named it
  int line = 0;
  IpFamily ip = IpFamily::kIpv4;
  bool default_profile_only = false;  // it makes no sense with shortened timers

  // "KeepaliveExpiry.BlockedReadTimesOutAfterTheLastProbe"
  std::string ScenarioName() const { return suite + "." + name; }
  // GoogleTest's name: "KeepaliveExpiry.BlockedReadTimesOutAfterTheLastProbe/IPv4"
  std::string TestName() const { return ScenarioName() + "/" + std::string(ToString(ip)); }
};

// Called by SCENARIO before main; two scenarios of one name are kept, and found by Duplicates().
void RegisterScenario(ScenarioInfo info);

// Every registered scenario, in the order of registration, IPv4 before IPv6.
const std::vector<ScenarioInfo>& RegisteredScenarios();

// A sentence for each scenario name that stands in two places, naming both; empty if there is none.
std::vector<std::string> DuplicateScenarios();

// Says before main that some scenario starts this program (a name as in PATH), so that it travels
// into guests. Always true, for a constant in the scenario's file.
bool UsesProgram(const char* name);

// Every such program, in the order in which they were named.
const std::vector<std::string>& UsedPrograms();

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_REGISTRY_H_

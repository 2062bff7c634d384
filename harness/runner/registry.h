// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_REGISTRY_H_
#define HALFOPEN_HARNESS_RUNNER_REGISTRY_H_

#include <functional>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include "netns/address.h"

namespace halfopen {

// What the catalogue says of a scenario (`halfopen list`, docs/catalogue.md).
struct CatalogueEntry {
  std::string verdict = "";   // one sentence: what happens, and which errno
  std::string source = "";    // RFC section, man page, sysctl document, kernel function
  std::string outdated = "";  // one sentence: what is still written about it, and is so no more
  std::optional<IpFamily> only = std::nullopt;  // the one family that has the subject
};

// One scenario over one IP family: one GoogleTest test.
struct ScenarioInfo {
  std::string suite;   // "KeepaliveExpiry"
  std::string name;    // "BlockedReadTimesOutAfterTheLastProbe"
  std::string family;  // the folder of its file below scenarios/: "keepalive"
  std::string file;    // as the compiler named it
  int line = 0;
  IpFamily ip = IpFamily::kIpv4;
  bool default_profile_only = false;  // it makes no sense with shortened timers
  CatalogueEntry catalogue = {};

  // "KeepaliveExpiry.BlockedReadTimesOutAfterTheLastProbe"
  std::string ScenarioName() const { return suite + "." + name; }
  // GoogleTest's name: "KeepaliveExpiry.BlockedReadTimesOutAfterTheLastProbe/IPv4"
  std::string TestName() const { return ScenarioName() + "/" + std::string(ToString(ip)); }
};

// Called by SCENARIO before main; two scenarios of one name are kept, and found by Duplicates().
// `add_to_googletest` makes it a test of GoogleTest's.
void RegisterScenario(ScenarioInfo info, std::function<void()> add_to_googletest = nullptr);

// Makes GoogleTest know the scenario of this TestName(). GoogleTest walks, and writes to, every
// test that it knows whenever it runs, so a child that runs one scenario lets it know of no other.
void AddToGoogleTest(std::string_view test_name);
// Makes GoogleTest know all of them, for runs without the runner.
void AddAllToGoogleTest();

// Every registered scenario, in the order of registration, IPv4 before IPv6.
const std::vector<ScenarioInfo>& RegisteredScenarios();

// A sentence for each scenario name that stands in two places, naming both; empty if there is none.
std::vector<std::string> DuplicateScenarios();

// A source file as its repository names it, from wherever it was compiled; and its folder.
std::string RepositoryName(std::string_view file);
std::string FolderOf(std::string_view file);

// A program or file that scenarios use, and that travels into the guests that run them.
struct UsedByScenarios {
  std::string name;    // a program as it is started ("curl", "build/tests/foo"), or a file's path
  std::string folder;  // FolderOf() the source file that says so: its scenarios use it
};

// Says before main that scenarios of this folder start a program, by a name as in PATH or by a path
// with a slash, so that it travels into the guests that run any of them. Scripts, static programs
// and links will do; a program that it starts in turn is to be named as well. Always true, for a
// constant in the scenario's file or in a header of its folder.
bool UsesProgram(const char* name, std::source_location place = std::source_location::current());
// The same of a file, or of a whole folder with all that is in it: a program's configuration,
// modules or data. It has the same path in the guest.
bool UsesFile(const char* path, std::source_location place = std::source_location::current());

// What was named so, in the order in which it was.
const std::vector<UsedByScenarios>& UsedPrograms();
const std::vector<UsedByScenarios>& UsedFiles();

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_REGISTRY_H_

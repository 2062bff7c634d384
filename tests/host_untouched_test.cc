// SPDX-License-Identifier: GPL-2.0-or-later
// The namespace that halfopen is started in is byte for byte as it was: links, addresses, routes,
// neighbours, rules, sysctls, named namespaces and loaded modules, compared before and after runs
// that end well, badly, and by SIGKILL.
#include <gmock/gmock.h>

#include <cstdio>

#include "tests/bad_days.h"

namespace halfopen {
namespace {

// What a public tool prints of this namespace.
std::string Printed(const std::string& command) {
  std::FILE* const pipe = popen((command + " 2>&1").c_str(), "r");
  std::string text;
  std::array<char, 4096> buffer{};
  for (std::size_t n; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    text.append(buffer.data(), n);
  }
  pclose(pipe);
  return text;
}

const std::vector<std::string> kCommands = {
    "ip -details link",
    "ip address",
    "ip -4 route show table all",
    "ip -6 route show table all",
    "ip neighbour show nud permanent",
    "ip rule",
    "ip netns",
    "nft list ruleset",
    "lsmod 2>/dev/null | cut -d' ' -f1",
    // Counters and caches among the sysctls change by themselves.
    ("find /proc/sys/net -type f -readable ! -name '*flush*' ! -name '*count*' ! -name stat_refresh"
     " ! -name 'base_reachable_time_ms' | sort | xargs grep -H ''"),
};

std::map<std::string, std::string> Snapshot() {
  std::map<std::string, std::string> snapshot;
  for (const std::string& command : kCommands) snapshot[command] = Printed(command);
  return snapshot;
}

class HostUntouched : public BadDays {
 protected:
  HostUntouched() : before_(Snapshot()) {}
  void ExpectUntouched() {
    for (const auto& [command, text] : Snapshot()) EXPECT_EQ(before_[command], text) << command;
  }

 private:
  std::map<std::string, std::string> before_;
};

TEST_F(HostUntouched, ByARunThatPasses) {
  EXPECT_EQ(Run({"Testbed.UsesEveryPart", "--repeat", "3"}).code, 0);
  ExpectUntouched();
}

TEST_F(HostUntouched, ByScenariosThatCrashThrowAndExit) {
  EXPECT_EQ(Run({"Bad.Segfaults:Bad.Throws:Bad.Exits:Testbed.DiesInTheMiddle"}).code, 1);
  ExpectUntouched();
}

TEST_F(HostUntouched, BySigkillOfTheRunner) {
  MakeReadyFifo();
  Started started = StartHanging({"Testbed.*", "--repeat", "5"});
  kill(started.pid, SIGKILL);
  WaitFor(std::move(started));
  ExpectUntouched();
}

TEST_F(HostUntouched, ByADoctorAndAList) {
  EXPECT_EQ(WaitFor(Start({"doctor"})).code, 0);
  EXPECT_EQ(WaitFor(Start({"list"})).code, 0);
  ExpectUntouched();
}

TEST_F(HostUntouched, InProcess) {
  EXPECT_EQ(WaitFor(Start({"--gtest_filter=Testbed.UsesEveryPart/*"})).code, 0);
  ExpectUntouched();
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// Scenarios that misbehave in every way that the runner must survive.
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>

#include "harness/runner/registry.h"
#include "harness/runner/run_context.h"
#include "tests/suites/story.h"

namespace halfopen {
namespace {

// Names a cause; false if this is the control run that withholds it.
bool Cause(const char* name) {
  CurrentRun().causes.emplace_back(name);
  return CurrentRun().withheld_cause + 1 != static_cast<int>(CurrentRun().causes.size());
}

BAD(Good, Passes) {
  std::puts("all is well");
  EXPECT_TRUE(Cause("nothing is wrong"));
}

BAD(Good, NeedsBothCauses) {
  const bool first = Cause("the first");
  const bool second = Cause("the second");
  EXPECT_TRUE(first && second);
}

BAD(Good, Skips) { CurrentRun().skip = "no such device; remedy: modprobe it"; }

BAD(Bad, Fails) {
  Cause("it is written so");
  EXPECT_EQ(1 + 1, 3) << "with \x1b[31mcolour\x1b[0m & <markup>";
  EXPECT_TRUE(false) << "twice";
}

BAD(Bad, Segfaults) {
  EXPECT_EQ(1, 2) << "before the crash";
  raise(SIGSEGV);
}

BAD(Bad, Exits) { std::exit(3); }

BAD(Bad, Throws) { throw std::runtime_error("the story threw"); }

BAD(Bad, MeetsAnError) { CurrentRun().error = "open /dev/net/tun: ENOENT"; }

// A name that a test can look for in /proc, and a child that ignores every polite signal.
BAD(Bad, Hangs) {
  CurrentRun().waiting_for("client.Await(CLOSE-WAIT)");
  if (fork() == 0) {
    signal(SIGTERM, SIG_IGN);
    setsid();
  }
  const char* marker = std::getenv("BAD_MARKER");
  if (marker != nullptr) prctl(PR_SET_NAME, marker);
  // A FIFO: who reads from it knows that the scenario hangs.
  if (const char* ready = std::getenv("BAD_READY"); ready != nullptr) std::ofstream(ready) << "x";
  for (;;) pause();
}

BAD(Bad, FillsTheDisk) {
  const std::string block(1 << 20, 'x');
  std::ofstream file(CurrentRun().evidence / "huge");
  // A test gives it a file system of a few megabytes; anybody else's disk is spared.
  for (int i = 0; i < 32 && file; ++i) file << block << std::flush;
}

BAD(Vacuous, IgnoresItsCause) { Cause("the cable is cut"); }

BAD(Vacuous, NamesNoCause) {}

// Only where a test asks for it: one name in two places.
[[maybe_unused]] const bool kDuplicate =
    std::getenv("BAD_DUPLICATE") != nullptr &&
    (RegisterScenario({"Good", "Passes", "bad", "elsewhere.cc", 7, IpFamily::kIpv4}), true);

}  // namespace
}  // namespace halfopen

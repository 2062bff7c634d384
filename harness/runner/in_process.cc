// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <memory>

#include "harness/record/stall.h"
#include "harness/runner/commands.h"
#include "harness/runner/privilege.h"
#include "harness/runner/registry.h"
#include "harness/runner/run_context.h"

namespace halfopen {
namespace {

// Tells GoogleTest what a scenario tells the runner.
class ContextListener : public testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo&) override { CurrentRun() = RunContext{}; }

  // Runs before the printer's, because listeners hear of ends in reverse order. A scenario that has
  // told GoogleTest itself is not told of twice.
  void OnTestEnd(const testing::TestInfo& test) override {
    const RunContext& context = CurrentRun();
    if (!context.error.empty() && !test.result()->Failed()) ADD_FAILURE() << context.error;
    if (!context.skip.empty() && !test.result()->Skipped()) GTEST_SKIP() << context.skip;
  }
};

}  // namespace

int RunInProcess(int argc, char** argv) {
  AddAllToGoogleTest();
  testing::InitGoogleTest(&argc, argv);
  std::unique_ptr<StallMonitor> monitor;
  if (!GTEST_FLAG_GET(list_tests)) {
    // First, so that its processes are in no namespace that dies with a scenario.
    monitor = StallMonitor::Start();
    SetCurrentStallMonitor(monitor.get());
    IsolateThisProcess();
  }
  testing::UnitTest::GetInstance()->listeners().Append(new ContextListener);
  return RUN_ALL_TESTS();
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/guest_orders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>

#include "harness/runner/registry.h"

namespace halfopen {
namespace {

using testing::HasSubstr;
using testing::Not;

const ScenarioInfo& Known() {
  static const ScenarioInfo info = [] {
    ScenarioInfo known{"GuestOrders", "Known", "tests", "orders.cc", 1, IpFamily::kIpv6};
    RegisterScenario(known);
    return known;
  }();
  return info;
}

std::vector<PlannedRun> TwoRuns() {
  PlannedRun run;
  run.scenario = Known();
  PlannedRun second = run;
  second.repeat = 2;
  return {run, second};
}

TEST(GuestOrders, ComeBackAsTheyWere) {
  RunOptions options;
  options.profile = Profile::kDefault;
  options.jobs = 7;
  options.timeout = std::chrono::milliseconds(1500);
  options.control = true;
  options.require_capabilities = true;
  options.mutate = true;
  options.mutant = "a.cc:1: EPIPE";
  options.sysctls = {{"net.ipv4.tcp_sack", "0"}};
  const GuestOrders orders = ReadGuestOrders(WriteGuestOrders(options, TwoRuns()));
  EXPECT_EQ(orders.options.profile, Profile::kDefault);
  EXPECT_EQ(orders.options.jobs, 7);
  EXPECT_EQ(orders.options.timeout, std::chrono::milliseconds(1500));
  EXPECT_TRUE(orders.options.control);
  EXPECT_TRUE(orders.options.mutate);
  EXPECT_EQ(orders.options.mutant, "a.cc:1: EPIPE");
  EXPECT_EQ(orders.options.sysctls, options.sysctls);
  EXPECT_TRUE(orders.options.require_capabilities);
  EXPECT_TRUE(orders.options.virtual_time);
  ASSERT_EQ(orders.plan.size(), 2U);
  EXPECT_EQ(orders.plan[1].FolderName(), "GuestOrders.Known.IPv6.2");
  EXPECT_EQ(orders.plan[1].timeout, std::chrono::milliseconds(1500));
}

TEST(GuestOrders, HaveNothingOfTheMachine) {
  RunOptions here;
  here.out = "/a/folder/of/this/machine";
  here.program = "/a/build/halfopen";
  here.command = "halfopen run --out /a/folder/of/this/machine";
  here.modules = "/a/folder/of/modules";
  here.kernels = {"debian-6.12"};
  here.set_ups = 17;
  here.wall_timeout = std::chrono::seconds(99);
  here.keep = true;
  const std::string orders = WriteGuestOrders(here, TwoRuns());
  EXPECT_EQ(orders, WriteGuestOrders(RunOptions{}, TwoRuns()));
  EXPECT_THAT(orders, Not(HasSubstr("/a/")));
}

TEST(GuestOrders, ThatCannotBeReadAreRefused) {
  for (const char* text : {"", "null", "[]", "{}", "{\"profile\": \"fast\", \"jobs\": \"many\"}"}) {
    EXPECT_THROW(ReadGuestOrders(text), std::invalid_argument) << text;
  }
  PlannedRun unknown;
  unknown.scenario = {"No", "Such", "", "", 0, IpFamily::kIpv4};
  EXPECT_THROW(ReadGuestOrders(WriteGuestOrders({}, {unknown})), std::invalid_argument);
}

}  // namespace
}  // namespace halfopen

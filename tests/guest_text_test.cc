// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/guest_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace halfopen {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

ScenarioResult Result(const char* kernel, const char* name, Verdict verdict) {
  ScenarioResult result;
  result.scenario = {"Syn", name, "syn", "syn.cc", 1, IpFamily::kIpv4};
  result.kernel = kernel;
  result.verdict = verdict;
  return result;
}

RunReport Report() {
  RunReport report;
  report.guests = {{"debian-6.1", "6.1.0-56", 7200, 6, ""}, {"debian-6.12", "6.12.9", 7200, 8, ""}};
  for (const char* kernel : {"debian-6.1", "debian-6.12"}) {
    report.results.push_back(Result(kernel, "Same", Verdict::kPassed));
  }
  return report;
}

TEST(DescribeGuests, TellsEachKernelsCountAndRatio) {
  EXPECT_EQ(DescribeGuests(Report()),
            "debian-6.1 (6.1.0-56): 1 passed, 0 failed, 0 skipped; 7200.0 s in 6.0 s, 1200 : 1\n"
            "debian-6.12 (6.12.9): 1 passed, 0 failed, 0 skipped; 7200.0 s in 8.0 s, 900 : 1\n");
}

TEST(DescribeGuests, TabulatesWhatDiffersByKernel) {
  RunReport report = Report();
  report.results.push_back(Result("debian-6.1", "Linear", Verdict::kSkipped));
  report.results.push_back(Result("debian-6.12", "Linear", Verdict::kPassed));
  report.results.push_back(Result("debian-6.12", "Lost", Verdict::kTimedOut));
  const std::string text = DescribeGuests(report);
  EXPECT_THAT(text, HasSubstr("debian-6.1  debian-6.12  differs by kernel\n"
                              "skipped     passed       Syn.Linear/IPv4\n"
                              "-           timed_out    Syn.Lost/IPv4\n"));
  EXPECT_THAT(text, Not(HasSubstr("Syn.Same")));
}

TEST(DescribeGuests, ControlsAreRowsOfTheirOwn) {
  RunReport report = Report();
  for (ScenarioResult control : {Result("debian-6.1", "Same", Verdict::kFailed),
                                 Result("debian-6.12", "Same", Verdict::kPassed)}) {
    control.control = "the cable is cut";
    control.vacuous = control.verdict == Verdict::kPassed;
    report.results.push_back(control);
  }
  EXPECT_THAT(DescribeGuests(report),
              HasSubstr("red         vacuous      Syn.Same/IPv4 without \"the cable is cut\"\n"));
}

TEST(DescribeGuests, SaysWhatWentWrongWithAGuest) {
  RunReport report = Report();
  report.guests[1].error = "debian-6.12: QEMU was killed by SIGKILL";
  EXPECT_THAT(DescribeGuests(report), EndsWith("\ndebian-6.12: QEMU was killed by SIGKILL\n"));
  report.guests[1].wall_seconds = 0;
  EXPECT_THAT(DescribeGuests(report), Not(HasSubstr("inf")));
}

TEST(DescribeGuests, SaysNothingOfARunOnThisMachine) {
  EXPECT_THAT(DescribeGuests(RunReport{}), IsEmpty());
}

}  // namespace
}  // namespace halfopen

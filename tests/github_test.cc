// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/github.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/bad_days.h"

namespace halfopen {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

ScenarioResult FailedAt(const std::string& file, int line, const std::string& message) {
  ScenarioResult result;
  result.scenario = {"Rst", "Second", "rst", "scenarios/rst/rst.cc", 3, IpFamily::kIpv4};
  result.verdict = Verdict::kFailed;
  result.failures = {{file, line, message}};
  return result;
}

TEST(GitHub, AnnotatesThePlaceOfTheFirstFailure) {
  RunReport report;
  report.results = {FailedAt("scenarios/rst/rst.cc", 22, "no RST at 100%")};
  EXPECT_EQ(GitHubAnnotations(report),
            "::error file=scenarios/rst/rst.cc,line=22,title=Rst.Second/IPv4::no RST at 100%25\n");
  report.results[0].failures.clear();
  report.results[0].verdict = Verdict::kTimedOut;
  report.results[0].reason = "timed out after 60 s";
  EXPECT_EQ(
      GitHubAnnotations(report),
      "::error file=scenarios/rst/rst.cc,line=3,title=Rst.Second/IPv4::timed out after 60 s\n");
}

TEST(GitHub, EscapesWhatWouldEndAPropertyOrTheCommand) {
  RunReport report;
  report.results = {FailedAt("a,b:c%\n::stop-commands::x", 1, "\r\n::error::forged")};
  report.results[0].control = "one, two: three";
  report.results[0].vacuous = true;
  report.results[0].verdict = Verdict::kPassed;
  const std::string text = GitHubAnnotations(report);
  EXPECT_THAT(text,
              StartsWith("::error file=a%2Cb%3Ac%25%0A%3A%3Astop-commands%3A%3Ax,line=1,title="
                         "Rst.Second/IPv4 without \"one%2C two%3A three\"::"));
  EXPECT_EQ(std::ranges::count(text, '\n'), 1);
}

TEST(GitHub, SaysHowManyMoreThanItShows) {
  RunReport report;
  report.results.assign(12, FailedAt("a.cc", 1, "differs"));
  const std::string text = GitHubAnnotations(report);
  EXPECT_EQ(std::ranges::count(text, '\n'), 11);
  EXPECT_THAT(text, EndsWith("::warning title=halfopen::2 more did not go as expected\n"));
  EXPECT_EQ(GitHubAnnotations({}), "");
}

TEST(GitHub, SummaryHasTheCountsAndNoMarkupOfOthers) {
  RunReport report;
  report.kernel = "6.1";
  report.profile = "fast";
  report.results = {FailedAt("a.cc", 1, "client >| server <b>`*_ |x|")};
  const std::string text = GitHubSummary(report);
  EXPECT_THAT(text, StartsWith("### halfopen: 0 passed, 1 failed, 0 skipped\n"));
  EXPECT_THAT(text,
              HasSubstr("| failed | Rst&#46;Second&#47;IPv4 | <code>client &#62;&#124; server "
                        "&#60;b&#62;&#96;&#42;&#95; &#124;x&#124;</code> |\n"));
  EXPECT_THAT(GitHubSummary({}), Not(HasSubstr("|")));
}

class GitHubRun : public BadDays {};

TEST_F(GitHubRun, IsToldOfItAtItsEnd) {
  const fs::path summary = folder_ / "summary.md";
  const auto on_github = [&] {
    return setenv("GITHUB_ACTIONS", "true", 1) == 0 &&
           setenv("GITHUB_STEP_SUMMARY", summary.c_str(), 1) == 0;
  };
  std::ofstream(summary) << "from a step before\n";
  const Ended ended = Run({"Bad.Fails:Good.Passes", "--family", "4"}, on_github);
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output, HasSubstr("\n::error file=tests/suites/bad.cc,line="));
  EXPECT_THAT(ended.output, EndsWith("1 passed, 1 failed, 0 skipped\n"));
  EXPECT_THAT(ReadFile(summary),
              StartsWith("from a step before\n### halfopen: 1 passed, 1 failed, 0 skipped\n"));
  const Ended elsewhere =
      Run({"Bad.Fails", "--family", "4"}, [] { return unsetenv("GITHUB_ACTIONS") == 0; });
  EXPECT_THAT(elsewhere.output, Not(HasSubstr("::error")));
}

}  // namespace
}  // namespace halfopen

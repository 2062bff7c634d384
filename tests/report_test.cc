// SPDX-License-Identifier: GPL-2.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "harness/report/console.h"
#include "harness/report/junit.h"
#include "harness/report/result.h"
#include "harness/report/results_json.h"

namespace halfopen {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

ScenarioResult Result(Verdict verdict, const char* suite = "Rst") {
  ScenarioResult result;
  result.scenario = {suite, "Second", "rst", "scenarios/rst/rst.cc", 3, IpFamily::kIpv4};
  result.verdict = verdict;
  result.seconds = 1.25;
  result.evidence = "out/Rst.Second.IPv4";
  return result;
}

ScenarioResult Control(Verdict verdict, const char* cause = "the server closes") {
  ScenarioResult result = Result(verdict);
  result.control = cause;
  result.vacuous = verdict == Verdict::kPassed;
  return result;
}

RunReport Report(std::vector<ScenarioResult> results) {
  RunReport report;
  report.version = "1";
  report.kernel = "6.1";
  report.profile = "fast";
  report.results = std::move(results);
  return report;
}

TEST(ExitCode, FollowsTheWorstResult) {
  EXPECT_EQ(ExitCode(Report({})), 0);
  EXPECT_EQ(ExitCode(Report({Result(Verdict::kPassed), Result(Verdict::kSkipped)})), 0);
  EXPECT_EQ(ExitCode(Report({Result(Verdict::kError)})), 2);
  for (const Verdict verdict : {Verdict::kFailed, Verdict::kCrashed, Verdict::kTimedOut}) {
    EXPECT_EQ(ExitCode(Report({Result(Verdict::kError), Result(verdict)})), 1);
  }
  RunReport interrupted = Report({Result(Verdict::kFailed)});
  interrupted.interrupted = true;
  EXPECT_EQ(ExitCode(interrupted), 130);
}

TEST(ExitCode, RedControlsAreGoodAndVacuousOnesAreNot) {
  for (const Verdict verdict : {Verdict::kFailed, Verdict::kCrashed, Verdict::kTimedOut}) {
    EXPECT_EQ(ExitCode(Report({Result(Verdict::kPassed), Control(verdict)})), 0);
  }
  EXPECT_EQ(ExitCode(Report({Result(Verdict::kPassed), Control(Verdict::kPassed)})), 1);
  EXPECT_EQ(ExitCode(Report({Result(Verdict::kPassed), Control(Verdict::kError)})), 2);
}

TEST(Count, AVacuousControlFailsItsScenarioOnce) {
  const Tally tally =
      Count({Result(Verdict::kPassed), Control(Verdict::kPassed, "x"),
             Control(Verdict::kPassed, "y"), Control(Verdict::kFailed, "z"),
             Result(Verdict::kPassed, "Other"), Result(Verdict::kSkipped, "Third")});
  EXPECT_EQ(tally.passed, 1);
  EXPECT_EQ(tally.failed, 1);
  EXPECT_EQ(tally.skipped, 1);
  EXPECT_EQ(tally.controls, 3);
  EXPECT_EQ(tally.red, 1);
  EXPECT_EQ(tally.vacuous, 2);
}

TEST(ResultsJson, HasTheFieldsOfItsSchema) {
  ScenarioResult odd = Result(Verdict::kTimedOut);
  odd.reason = "not UTF-8: \xff";
  const auto json = nlohmann::json::parse(ResultsJson(Report({odd, Control(Verdict::kFailed)})));
  EXPECT_EQ(json["version"], "1");
  EXPECT_EQ(json["venue"], "host");
  EXPECT_TRUE(json["virtual_seconds"].is_null());
  EXPECT_EQ(json["interrupted"], false);
  const auto& first = json["scenarios"][0];
  EXPECT_EQ(first["name"], "Rst.Second");
  EXPECT_EQ(first["family"], "rst");
  EXPECT_EQ(first["ip"], "IPv4");
  EXPECT_EQ(first["verdict"], "timed_out");
  EXPECT_TRUE(first["control"].is_null());
  EXPECT_EQ(first["seconds"], 1.25);
  EXPECT_EQ(json["scenarios"][1]["control"], "the server closes");
}

TEST(EscapeXml, SpellsWhatXmlCannotHold) {
  EXPECT_EQ(EscapeXml("a<b>&\"c\""), "a&lt;b&gt;&amp;&quot;c&quot;");
  EXPECT_EQ(EscapeXml("\x1b[31m\t\n"), "\\x1b[31m\t\n");
  EXPECT_EQ(EscapeXml("日本 …"), "日本 …");
  EXPECT_EQ(EscapeXml("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(EscapeXml("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
  EXPECT_EQ(EscapeXml("\xc0\x80"), "\\xc0\\x80");           // an overlong zero
  EXPECT_EQ(EscapeXml(std::string_view("\0", 1)), "\\x00");
}

TEST(JUnitXml, SortsVerdictsIntoElements) {
  ScenarioResult failed = Result(Verdict::kFailed);
  failed.failures.push_back({"rst.cc", 7, "the wire differs\nsecond line"});
  ScenarioResult crashed = Result(Verdict::kCrashed);
  crashed.reason = "killed by SIGSEGV (Segmentation fault)";
  ScenarioResult skipped = Result(Verdict::kSkipped, "Other");
  skipped.reason = "no tun";
  const std::string xml = JUnitXml(
      Report({failed, crashed, skipped, Control(Verdict::kFailed), Control(Verdict::kPassed)}), 0);
  EXPECT_THAT(xml, HasSubstr("tests=\"5\" failures=\"2\" errors=\"1\""));
  EXPECT_THAT(xml, HasSubstr("<failure message=\"the wire differs\" type=\"failed\">"
                             "rst.cc:7: Failure: the wire differs\nsecond line"));
  EXPECT_THAT(xml, HasSubstr("<error message=\"killed by SIGSEGV (Segmentation fault)\""));
  EXPECT_THAT(xml, HasSubstr("<skipped message=\"no tun\"/>"));
  EXPECT_THAT(xml, HasSubstr("type=\"vacuous\""));
  EXPECT_THAT(xml, HasSubstr("timestamp=\"1970-01-01T00:00:00\""));
}

TEST(JUnitXml, HasAGuestThatCameToNoGoodEnd) {
  RunReport report = Report({Result(Verdict::kPassed)});
  report.guests = {{"debian-6.1", "6.1", 3, 2, ""},
                   {"debian-6.12", "6.12", 3, 2, "QEMU was killed\nits console"}};
  const std::string xml = JUnitXml(report, 0);
  EXPECT_THAT(xml, HasSubstr("tests=\"2\" failures=\"0\" errors=\"1\""));
  EXPECT_THAT(xml,
              HasSubstr("<testcase name=\"debian-6.12\" classname=\"guests\" time=\"2.000\">\n"
                        "      <error message=\"QEMU was killed\" type=\"error\">QEMU was killed\n"
                        "its console</error>"));
  EXPECT_THAT(xml, Not(HasSubstr("\"debian-6.1\"")));
}

TEST(DescribeResult, SaysHowToRunItAgainAndWhereTheEvidenceLies) {
  EXPECT_EQ(DescribeResult(Result(Verdict::kPassed), {}), "passed     Rst.Second/IPv4  1.2 s\n");
  ScenarioResult failed = Result(Verdict::kFailed);
  failed.failures.push_back({"rst.cc", 7, "differs"});
  EXPECT_EQ(DescribeResult(failed, {}),
            "failed     Rst.Second/IPv4  1.2 s\n"
            "rst.cc:7: Failure: differs\n"
            "again:    halfopen run 'Rst.Second/IPv4'      evidence: out/Rst.Second.IPv4/\n");
}

TEST(DescribeResult, TellsAnErrorOnce) {
  ScenarioResult error = Result(Verdict::kError);
  error.reason = "no tun";
  error.failures.push_back({"rst.cc", 7, "error, not a finding about TCP: no tun"});
  EXPECT_EQ(DescribeResult(error, {}),
            "error      Rst.Second/IPv4  1.2 s\nno tun\n"
            "again:    halfopen run 'Rst.Second/IPv4'      evidence: out/Rst.Second.IPv4/\n");
}

TEST(DescribeResult, ColoursOnlyWhenAsked) {
  ConsoleStyle style;
  style.color = true;
  EXPECT_THAT(DescribeResult(Result(Verdict::kPassed), style), StartsWith("\x1b[32mpassed"));
  EXPECT_THAT(DescribeResult(Result(Verdict::kPassed), {}), Not(HasSubstr("\x1b")));
}

TEST(ConsoleStyle, ColoursByTheUsualVariables) {
  const char* const names[] = {"NO_COLOR", "CLICOLOR_FORCE"};
  const auto color = [&](const char* no_color, const char* force) {
    setenv(names[0], no_color, 1);
    setenv(names[1], force, 1);
    const ConsoleStyle style = ConsoleStyle::Detect(-1);  // no terminal
    EXPECT_FALSE(style.live);
    return style.color;
  };
  EXPECT_FALSE(color("", ""));
  EXPECT_FALSE(color("", "0"));
  EXPECT_TRUE(color("", "1"));
  EXPECT_FALSE(color("1", "1"));
  for (const char* name : names) unsetenv(name);
}

TEST(DescribeRun, EndsWithTheCounts) {
  ScenarioResult skipped = Result(Verdict::kSkipped, "Other");
  skipped.reason = "no tun";
  const std::string text = DescribeRun(Report({Result(Verdict::kError), skipped}), {});
  EXPECT_THAT(text, HasSubstr("no tun"));
  EXPECT_THAT(text, EndsWith("0 passed, 1 failed, 1 skipped\n"));
}

TEST(DescribeRun, NamesFailuresOnceMoreAndTheReportBehindThem) {
  ScenarioResult failed = Result(Verdict::kFailed);
  failed.failures.push_back({"rst.cc", 7, "the wire differs (1 missing, 0 extra)\n -  lost"});
  const RunReport report = Report({Result(Verdict::kPassed, "Good"), failed});
  EXPECT_EQ(DescribeRun(report, {}, "out/index.html"),
            "failed     Rst.Second/IPv4\n"
            "           the wire differs (1 missing): - lost\n"
            "report: out/index.html\n"
            "1 passed, 1 failed, 0 skipped\n");
  RunReport many = report;
  many.results.assign(23, failed);
  EXPECT_THAT(DescribeRun(many, {}), EndsWith("\n3 more\n0 passed, 23 failed, 0 skipped\n"));
}

TEST(DescribeLive, FitsTheTerminal) {
  const std::vector<LiveRow> rows(10, {"A.B/IPv4", 1.0, "client.Await(CLOSE-WAIT)\n"});
  const auto lines = DescribeLive(rows, 5, 30, 4);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0], "   1.0 s  A.B/IPv4  client.Aw…");
  EXPECT_THAT(lines[2], HasSubstr("8 more running, 5 t…"));
  EXPECT_LE(DescribeLive(rows, 0, 30, 1).size(), 1U);
  // A long name leaves room for what the scenario waits for.
  const LiveRow wide{"KeepaliveExpiry.BlockedReadTimesOut/IPv4", 1.0, "'日本' in the output of nc"};
  EXPECT_EQ(DescribeLive({wide}, 0, 50, 4)[0],
            "   1.0 s  KeepaliveExpi…TimesOut/IPv4  '日本' in …");
}

}  // namespace
}  // namespace halfopen

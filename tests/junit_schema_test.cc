// SPDX-License-Identifier: GPL-2.0-or-later
// Holds junit.xml against tests/junit.xsd.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <limits>
#include <string>

#include "harness/report/junit.h"
#include "tests/bad_days.h"

namespace halfopen {
namespace {

class JUnitSchema : public BadDays {
 protected:
  void SetUp() override {
    if (std::system("command -v xmllint >/dev/null") != 0) GTEST_SKIP() << "needs xmllint";
  }
  // What xmllint says against the file; empty if it is valid.
  std::string Objections(const fs::path& file) {
    const fs::path objections = folder_ / "objections";
    const std::string command =
        fmt::format("xmllint --noout --schema '{}' '{}' 2>'{}'", HALFOPEN_JUNIT_SCHEMA,
                    file.string(), objections.string());
    return std::system(command.c_str()) == 0 ? "" : "invalid: " + ReadFile(objections);
  }
  std::string ObjectionsTo(const RunReport& report) {
    std::ofstream(folder_ / "report.xml") << JUnitXml(report, std::time(nullptr));
    return Objections(folder_ / "report.xml");
  }
};

TEST_F(JUnitSchema, HoldsForARunWithEveryVerdict) {
  Run({"Good.*:Bad.*:Vacuous.*-Bad.Hangs:Bad.FillsTheDisk", "--control"});
  EXPECT_EQ(Objections(out_ / "junit.xml"), "");
}

TEST_F(JUnitSchema, HoldsForNothingAtAll) { EXPECT_EQ(ObjectionsTo({}), ""); }

TEST_F(JUnitSchema, HoldsForHostileText) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  const std::string hostile =
      "]]></failure><testcase name=\"x\"/><!-- \" & &lt; \xef\xbf\xbe \xf4\x90\x80\x80 " +
      every_byte;
  RunReport report;
  report.guests = {{hostile, hostile, 1, 1, hostile}};
  for (const Verdict verdict :
       {Verdict::kPassed, Verdict::kFailed, Verdict::kSkipped, Verdict::kError, Verdict::kCrashed,
        Verdict::kTimedOut, Verdict::kHeldUp}) {
    ScenarioResult result;
    result.scenario = {hostile, hostile, hostile, hostile, -1, IpFamily::kIpv4};
    result.kernel = hostile;
    result.verdict = verdict;
    result.reason = verdict == Verdict::kPassed ? "" : hostile;
    result.failures = {{hostile, -1, hostile}};
    result.evidence = hostile;
    result.seconds = verdict == Verdict::kError ? std::numeric_limits<double>::infinity() : 1e9;
    report.results.push_back(result);
    result.control = hostile;
    result.vacuous = verdict == Verdict::kPassed;
    result.seconds = verdict == Verdict::kError ? std::numeric_limits<double>::quiet_NaN() : -1;
    report.results.push_back(result);
  }
  EXPECT_EQ(ObjectionsTo(report), "");
}

}  // namespace
}  // namespace halfopen

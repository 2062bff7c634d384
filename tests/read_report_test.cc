// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/read_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "harness/report/results_json.h"
#include "harness/report/sources.h"
#include "netns/error.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class ReadReportTest : public testing::Test {
 protected:
  ~ReadReportTest() override { fs::remove_all(folder_); }

  void Put(const fs::path& name, const std::string& text) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  std::string Refusal() const {
    try {
      ReadReport(folder_);
    } catch (const EnvironmentError& error) {
      return error.what();
    }
    return {};
  }

  static ScenarioResult FailedResult() {
    ScenarioResult result;
    result.scenario = {"Rst", "Second", "rst", "scenarios/rst/rst.cc", 3, IpFamily::kIpv6};
    result.scenario.catalogue.verdict = "The second write fails.";
    result.verdict = Verdict::kFailed;
    result.failures = {{"scenarios/rst/rst.cc", 7, "the wire differs"}};
    result.causes = {"the server closes"};
    result.seconds = 1.5;
    result.evidence = "elsewhere/Rst.Second.IPv6";
    return result;
  }

  const fs::path folder_ =
      fs::temp_directory_path() / fs::path("read_report_test." + std::to_string(getpid()));
};

TEST_F(ReadReportTest, BringsBackWhatARunWrote) {
  RunReport report;
  report.version = "1";
  report.venue = "guest";
  report.kernel = "debian-6.12";
  report.virtual_seconds = 7200;
  report.results = {FailedResult()};
  report.results[0].kernel = "debian-6.12";
  report.guests = {{"debian-6.12", "6.12.117", 7200, 5, ""}};
  Put("results.json", ResultsJson(report));
  Put("Rst.Second.IPv6/result.json", ResultJson(report, report.results[0]));

  const RunReport read = ReadReport(folder_);
  EXPECT_EQ(read.version, "1");
  EXPECT_EQ(read.virtual_seconds, 7200);
  ASSERT_EQ(read.guests.size(), 1U);
  EXPECT_EQ(read.guests[0].release, "6.12.117");
  ASSERT_EQ(read.results.size(), 1U);
  const ScenarioResult& result = read.results[0];
  EXPECT_EQ(result.scenario.TestName(), "Rst.Second/IPv6");
  EXPECT_EQ(result.scenario.line, 3);
  EXPECT_EQ(result.scenario.catalogue.verdict, "The second write fails.");
  EXPECT_EQ(result.verdict, Verdict::kFailed);
  EXPECT_EQ(result.kernel, "debian-6.12");
  EXPECT_EQ(result.evidence, "Rst.Second.IPv6");
  ASSERT_EQ(result.failures.size(), 1U);
  EXPECT_EQ(result.failures[0].line, 7);
  EXPECT_EQ(result.control, std::nullopt);
}

TEST_F(ReadReportTest, AfterAKilledRunTheFoldersCount) {
  RunReport report;
  Put("Rst.Second.IPv6/result.json", ResultJson(report, FailedResult()));
  Put("notes/other.txt", "not ours");
  const RunReport read = ReadReport(folder_);
  EXPECT_TRUE(read.interrupted);
  ASSERT_EQ(read.results.size(), 1U);
  EXPECT_EQ(read.results[0].evidence, "Rst.Second.IPv6");
}

TEST_F(ReadReportTest, WhatRanWhenTheRunnerWasKilledIsAnError) {
  Put("Rst.Second.IPv6.control-2.3@debian-6.12/journal.jsonl", "{");
  Put("Rst.Third.IPv4/notes.txt", "not ours");
  Put("Rst.Third/journal.jsonl", "no run's name");
  const RunReport read = ReadReport(folder_);
  ASSERT_EQ(read.results.size(), 1U);
  const ScenarioResult& result = read.results[0];
  EXPECT_EQ(result.scenario.TestName(), "Rst.Second/IPv6");
  EXPECT_EQ(result.control, "cause 2");
  EXPECT_EQ(result.repeat, 3);
  EXPECT_EQ(result.kernel, "debian-6.12");
  EXPECT_EQ(result.verdict, Verdict::kError);
  EXPECT_EQ(result.reason, "halfopen was killed while this ran");
}

TEST_F(ReadReportTest, SaysWhatIsWrongWithAFolder) {
  EXPECT_THAT(Refusal(), HasSubstr("name the --out folder"));
  fs::create_directories(folder_);
  EXPECT_THAT(Refusal(), HasSubstr("neither a results.json nor"));
}

TEST_F(ReadReportTest, TakesAnythingForJson) {
  for (const char* text : {"[]", "{\"scenarios\": 7}", "{\"scenarios\": [1, null, {}]}",
                           "{\"scenarios\": [{\"name\": 1, \"seconds\": \"x\", \"control\": []}]}",
                           "{\"guests\": {\"a\": 1}, \"virtual_seconds\": \"soon\"}"}) {
    Put("results.json", text);
    Put("A.B.IPv4/result.json", "{}");
    EXPECT_NO_THROW(ReadReport(folder_)) << text;
  }
}

TEST_F(ReadReportTest, LeadsNowhereOutOfTheFolder) {
  Put("results.json", R"({"scenarios": [{"name": "A.B", "evidence": "../.."},
                                        {"name": "A.C", "evidence": "link"}]})");
  fs::create_directory_symlink("/etc", folder_ / "link");
  for (const ScenarioResult& result : ReadReport(folder_).results) EXPECT_EQ(result.evidence, "");
}

TEST_F(ReadReportTest, ATimelineThatIsNoneIsAProblemInWords) {
  fs::create_directories(folder_);
  EXPECT_THAT(ReadTimeline(folder_).problem, HasSubstr("there is no timeline.json"));
  Put("timeline.json", "{\"version\":1,\"events\":[{\"t\":");
  EXPECT_THAT(ReadTimeline(folder_).problem, HasSubstr("cut"));
  Put("timeline.json",
      "{\"version\":1,\"events\":" + std::string(500'000, '[') + std::string(500'000, ']') + "}");
  EXPECT_THAT(ReadTimeline(folder_).problem, HasSubstr("no timeline of halfopen's"));
  Put("timeline.json", "{\"version\":2,\"events\":[]}");
  EXPECT_THAT(ReadTimeline(folder_).problem, HasSubstr("of version 2"));
  Put("timeline.json", "{\"version\":1,\"events\":[1,{\"t\":5}]}");
  EXPECT_EQ(ReadTimeline(folder_).problem, "");
  EXPECT_EQ(ReadTimeline(folder_).events.size(), 1U);
}

TEST_F(ReadReportTest, SourcesAreReadFromTheEvidenceAlone) {
  Put("sources/scenarios/a.cc", "story");
  EXPECT_EQ(ReadKeptSource(folder_, "scenarios/a.cc"), "story");
  EXPECT_EQ(ReadKeptSource(folder_, "../results.json"), "");
  EXPECT_EQ(ReadKeptSource(folder_, "/etc/hostname"), "");
  EXPECT_EQ(ReadKeptSource(folder_, ""), "");
  fs::create_directory_symlink("/etc", folder_ / "sources" / "link");
  EXPECT_EQ(ReadKeptSource(folder_, "link/hostname"), "");
}

}  // namespace
}  // namespace halfopen

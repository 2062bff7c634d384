// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/page_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace halfopen {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

class PageDataTest : public testing::Test {
 protected:
  ~PageDataTest() override { fs::remove_all(folder_); }

  void Put(const fs::path& name, const std::string& text) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  static ScenarioResult Run(const std::string& kernel, IpFamily ip, Verdict verdict) {
    ScenarioResult result;
    result.scenario = {"Rst", "Second", "rst", "rst.cc", 3, ip};
    result.kernel = kernel;
    result.verdict = verdict;
    return result;
  }

  const fs::path folder_ =
      fs::temp_directory_path() / fs::path("page_data_test." + std::to_string(getpid()));
};

TEST_F(PageDataTest, GathersRunsByStoryAndKernel) {
  RunReport report;
  report.venue = "guest";
  report.profile = "default";
  report.results = {Run("a", IpFamily::kIpv4, Verdict::kPassed),
                    Run("b", IpFamily::kIpv4, Verdict::kFailed),
                    Run("a", IpFamily::kIpv6, Verdict::kPassed)};
  report.results[1].failures = {{"other.cc", 7, "Failed\nit is broken"}};
  report.guests = {{"a", "6.1.0", 7200, 3, ""}, {"b", "6.12.0", 7200, 4, "it hung"}};
  Put("sources/rst.cc", "// a story");
  Put("sources/other.cc", "// what it calls");

  const PageData data = ReadPageData(report, folder_);

  EXPECT_EQ(data.report["stories"].size(), 1U);
  EXPECT_EQ(data.stories.size(), 1U);
  ASSERT_EQ(data.report["columns"].size(), 2U);
  EXPECT_EQ(data.report["columns"][1],
            Json({{"kernel", "b"}, {"venue", "guest"}, {"profile", "default"}}));
  ASSERT_EQ(data.report["runs"].size(), 3U);
  EXPECT_EQ(data.report["runs"][1]["headline"], "it is broken");
  EXPECT_EQ(data.report["runs"][2]["column"], 0);
  EXPECT_EQ(data.report["tally"]["passed"], 2);
  EXPECT_EQ(data.report["tally"]["failed"], 1);
  EXPECT_EQ(data.report["guests"][1]["error"], "it hung");
  // Of a later run's failure too.
  EXPECT_EQ(data.sources, Json({{"rst.cc", "// a story"}, {"other.cc", "// what it calls"}}));
}

TEST_F(PageDataTest, TellsWhichDeviationsApply) {
  RunReport report;
  report.results = {Run("", IpFamily::kIpv4, Verdict::kPassed)};
  report.results[0].evidence = "run";
  Put("run/timeline.json", R"({"version": 1, "events": [
      {"kind": "deviation", "applies": true, "reason": "it is slower"},
      {"kind": "deviation", "applies": false, "reason": "it is faster"},
      {"kind": "deviation", "applies": "yes", "reason": 7}]})");

  const PageData data = ReadPageData(report, folder_);

  EXPECT_EQ(data.report["runs"][0]["deviations"], Json({"it is slower"}));
}

TEST_F(PageDataTest, NothingRanIsAReportToo) {
  const PageData data = ReadPageData({}, folder_);
  EXPECT_TRUE(data.report["runs"].empty());
  EXPECT_TRUE(data.stories.empty());
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "harness/runner/schedule.h"
#include "tests/bad_days.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;

RunReport ReportOf(const std::string& venue, const std::string& kernel) {
  RunReport report;
  report.version = "1";
  report.venue = venue;
  report.kernel = kernel;
  report.profile = venue == "host" ? "fast" : "default";
  report.wall_seconds = venue == "host" ? 3 : 5;
  ScenarioResult result;
  result.scenario = {"Rst", "Second", "rst", "scenarios/rst/rst.cc", 3, IpFamily::kIpv4};
  result.kernel = kernel;
  result.verdict = Verdict::kPassed;
  report.results = {result};
  if (venue == "guest") report.guests = {{kernel, "6.12.1", 100, 4, ""}};
  return report;
}

TEST(JoinReports, OfOneKernelReadsLikeOneRun) {
  const RunReport joined = JoinReports({ReportOf("host", "6.1"), ReportOf("host", "6.1")});
  EXPECT_EQ(joined.venue, "host");
  EXPECT_EQ(joined.kernel, "6.1");
  EXPECT_EQ(joined.wall_seconds, 3);
  ASSERT_EQ(joined.results.size(), 2U);
  EXPECT_EQ(joined.results[1].Title(), "Rst.Second/IPv4");
  EXPECT_EQ(joined.results[1].venue, "");
}

TEST(JoinReports, EachResultKeepsWhatDiffers) {
  RunReport guests = ReportOf("guest", "debian-6.1");
  guests.interrupted = true;
  guests.virtual_seconds = 100;
  guests.guests[0].error = "out of memory";
  const RunReport joined = JoinReports(
      {ReportOf("host", "6.1"), guests, ReportOf("host", "6.8"), ReportOf("guest", "debian-6.1")});
  EXPECT_EQ(joined.venue, "host, guest");
  EXPECT_EQ(joined.kernel, "6.1, debian-6.1, 6.8");
  EXPECT_EQ(joined.profile, "fast, default");
  EXPECT_EQ(joined.wall_seconds, 5);
  EXPECT_EQ(joined.virtual_seconds, 100);
  EXPECT_TRUE(joined.interrupted);
  ASSERT_EQ(joined.guests.size(), 1U);
  EXPECT_EQ(joined.guests[0].error, "out of memory");
  EXPECT_EQ(joined.guests[0].release, "6.12.1");
  EXPECT_EQ(joined.results[0].kernel, "6.1");
  EXPECT_EQ(joined.results[1].venue, "guest");
  EXPECT_EQ(joined.results[1].profile, "default");
  EXPECT_EQ(joined.results[2].Title(), "Rst.Second/IPv4 on 6.8");
}

TEST(FreeFolderName, NeverGivesATakenOne) {
  std::set<std::string> taken;
  const auto take = [&](const std::string& name, const std::string& kernel) {
    const std::string free =
        FreeFolderName(name, kernel, [&](const std::string& one) { return taken.contains(one); });
    EXPECT_TRUE(IsRunFolderName(free)) << free;
    taken.insert(free);
    return free;
  };
  EXPECT_EQ(take("A.B.IPv4", "6.1"), "A.B.IPv4");
  EXPECT_EQ(take("A.B.IPv4", "6.8"), "A.B.IPv4@6.8");
  EXPECT_EQ(take("A.B.IPv4", "6.8"), "A.B.IPv4@6.8.2");
  EXPECT_EQ(take("A.B.IPv4", "6.8"), "A.B.IPv4@6.8.3");
  EXPECT_EQ(take("A.B.IPv4@6.8", "6.8"), "A.B.IPv4@6.8.4");
  EXPECT_EQ(take("A.B.IPv4", "../../etc"), "A.B.IPv4@.._.._etc");
  EXPECT_EQ(take("A.B.IPv4", ""), "A.B.IPv4@unknown");
  EXPECT_EQ(take("A.B.IPv6.2", std::string(400, 'x')), "A.B.IPv6.2");
  EXPECT_EQ(take("A.B.IPv6.2", std::string(400, 'x')), "A.B.IPv6.2@" + std::string(64, 'x'));
}

class Merge : public BadDays {
 protected:
  Merge() : merged_(folder_ / "merged") {}

  // Runs into a folder of its own; returns the exit code.
  int RunInto(
      const std::string& name, std::vector<std::string> arguments,
      const std::function<bool()>& before = [] { return true; }) {
    arguments.insert(arguments.begin(), {"run", "--out", (folder_ / name).string()});
    return WaitFor(Start(arguments, before)).code;
  }
  Ended MergeOf(const std::vector<std::string>& names) {
    std::vector<std::string> arguments = {"merge", "--out", merged_.string()};
    for (const std::string& name : names) arguments.push_back((folder_ / name).string());
    return WaitFor(Start(arguments));
  }
  nlohmann::json MergedResults() {
    return nlohmann::json::parse(ReadFile(merged_ / "results.json"));
  }

  fs::path merged_;
};

TEST_F(Merge, JoinsShardsIntoWhatOneRunWouldHaveLeft) {
  for (const char* index : {"0", "1"}) {
    RunInto(std::string("shard-") + index, {"Good.*:Bad.Fails"}, [index] {
      return setenv("GTEST_TOTAL_SHARDS", "2", 1) == 0 &&
             setenv("GTEST_SHARD_INDEX", index, 1) == 0;
    });
  }
  const Ended ended = MergeOf({"shard-0", "shard-1"});
  EXPECT_EQ(ended.code, 1) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("report: " + (merged_ / "index.html").string()));
  EXPECT_THAT(ended.output, EndsWith("2 passed, 1 failed, 1 skipped\n"));
  std::set<std::string> names;
  const nlohmann::json results = MergedResults();
  for (const auto& scenario : results["scenarios"]) {
    names.insert(scenario["name"]);
    const fs::path evidence = scenario["evidence"].get<std::string>();
    EXPECT_EQ(evidence.parent_path(), merged_);
    EXPECT_TRUE(fs::exists(evidence / "output.txt")) << evidence;
  }
  EXPECT_EQ(names, (std::set<std::string>{"Good.Passes", "Good.NeedsBothCauses", "Good.Skips",
                                          "Bad.Fails"}));
  for (const char* name : {"junit.xml", "index.html", "durations.json", "sources"}) {
    EXPECT_TRUE(fs::exists(merged_ / name)) << name;
  }
  // Into the same place, and a merge of a merge.
  merged_ = folder_ / "all";
  EXPECT_EQ(MergeOf({"merged"}).code, 1);
  EXPECT_EQ(MergedResults()["scenarios"].size(), names.size());
  MergeOf({"shard-0"});
  EXPECT_LT(MergedResults()["scenarios"].size(), names.size());
}

TEST_F(Merge, FoldersOfOneNameAreBothKept) {
  RunInto("one", {"Good.Passes"});
  RunInto("two", {"Good.Passes", "--control"});
  const Ended ended = MergeOf({"one", "two"});
  EXPECT_EQ(ended.code, 0) << ended.output;
  const nlohmann::json results = MergedResults();
  std::set<std::string> folders;
  for (const auto& scenario : results["scenarios"]) {
    const fs::path evidence = scenario["evidence"].get<std::string>();
    folders.insert(evidence.filename());
    const auto own = nlohmann::json::parse(ReadFile(evidence / "result.json"));
    EXPECT_EQ(own["evidence"], scenario["evidence"]);
  }
  const std::string kernel = results["kernel"];
  EXPECT_TRUE(folders.contains("Good.Passes.IPv4"));
  EXPECT_TRUE(folders.contains("Good.Passes.IPv4@" + kernel));
  EXPECT_TRUE(folders.contains("Good.Passes.IPv4.control-1"));
}

TEST_F(Merge, WhatIsMissingOrCutIsToldAndTheRestIsMerged) {
  RunInto("whole", {"Good.Passes"});
  RunInto("cut", {"Good.NeedsBothCauses"});
  fs::resize_file(folder_ / "cut/results.json", 20);
  RunInto("holes", {"Good.Skips:Good.Passes"});
  fs::remove_all(folder_ / "holes/Good.Skips.IPv4");
  fs::create_directory(folder_ / "empty");
  const Ended ended = MergeOf({"none", "whole", "cut", "empty", "holes"});
  EXPECT_EQ(ended.code, 2) << ended.output;
  EXPECT_THAT(ended.output,
              AllOf(HasSubstr((folder_ / "none").string()), HasSubstr((folder_ / "empty").string()),
                    HasSubstr("cut: its results.json is not there or is cut"),
                    HasSubstr("holes: 1 of the scenario folders")));
  EXPECT_TRUE(fs::exists(merged_ / "Good.Passes.IPv4/result.json"));
  EXPECT_TRUE(fs::exists(merged_ / "Good.NeedsBothCauses.IPv4/result.json"));
}

TEST_F(Merge, RefusesAPlaceWhereSomethingCouldBeLost) {
  RunInto("one", {"Good.Passes"});
  RunInto("two", {"Good.Passes"});
  EXPECT_EQ(MergeOf({"one", "one/../one"}).code, 2);
  merged_ = folder_ / "two";
  EXPECT_THAT(MergeOf({"one", "two"}).output, HasSubstr("is one of the folders"));
  const Ended used = MergeOf({"one"});
  EXPECT_EQ(used.code, 2);
  EXPECT_THAT(used.output, HasSubstr("something else in it"));
  EXPECT_TRUE(fs::exists(folder_ / "two/Good.Passes.IPv4/result.json"));
  EXPECT_EQ(WaitFor(Start({"merge"})).code, 2);
}

TEST_F(Merge, FollowsNoLinkAndLeadsNowhere) {
  RunInto("one", {"Good.Passes"});
  std::ofstream(folder_ / "secret") << "secret";
  const fs::path run = folder_ / "one/Good.Passes.IPv4";
  fs::create_symlink(folder_ / "secret", run / "link.pcap");
  fs::create_directory_symlink(folder_, run / "host-program");
  fs::create_directory(run / "client-nc");
  std::ofstream(run / "client-nc/written") << "by nc";
  auto results = nlohmann::json::parse(ReadFile(folder_ / "one/results.json"));
  results["scenarios"].push_back(results["scenarios"][0]);
  results["scenarios"].back()["evidence"] = "../../sources";
  results["kernel"] = results["scenarios"][0]["kernel"] = "../../../etc";
  std::ofstream(folder_ / "one/results.json") << results;
  RunInto("two", {"Good.Passes"});
  const Ended ended = MergeOf({"two", "one"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("left out, for no run's folder is called so"));
  const fs::path copy = merged_ / "Good.Passes.IPv4@.._.._.._etc";
  EXPECT_EQ(ReadFile(copy / "client-nc/written"), "by nc");
  EXPECT_FALSE(fs::exists(copy / "link.pcap"));
  EXPECT_FALSE(fs::exists(copy / "host-program"));
}

}  // namespace
}  // namespace halfopen

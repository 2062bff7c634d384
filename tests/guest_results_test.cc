// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/guest_results.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "harness/runner/out_folder.h"
#include "harness/venue/whole_file.h"
#include "tests/fake_kernel.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

PlannedRun Planned(const char* name) {
  PlannedRun run;
  run.scenario = {"S", name, "family", "file.cc", 7, IpFamily::kIpv4};
  return run;
}

nlohmann::json OneFile(const std::string& name, int size) {
  return nlohmann::json::array({nlohmann::json::array({name, size})});
}

class GuestResultsTest : public FolderTest {
 protected:
  void Tell(std::string_view text, std::string_view data = {}) {
    results_.Take({text, data}, out_, deliver_);
  }
  std::vector<fs::path> Files() {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      if (entry.is_regular_file()) files.push_back(entry.path().lexically_relative(folder_));
    }
    return files;
  }

  OutFolder out_{folder_ / "out"};
  std::vector<ScenarioResult> delivered_;
  GuestResults::Deliver deliver_ = [this](ScenarioResult result) {
    delivered_.push_back(std::move(result));
  };
  GuestResults results_{"debian-6.12", {Planned("A"), Planned("B"), Planned("C")}};
};

TEST_F(GuestResultsTest, ResultComesWithItsEvidence) {
  Tell(R"({"kind": "start", "folder": "S.A.IPv4", "t": 1})");
  EXPECT_EQ(results_.running(), 1U);
  Tell(R"({"kind": "result", "folder": "S.A.IPv4", "t": 7200.5, "result": {"verdict": "passed",
           "seconds": 7199}, "files": [["a.pcap", 3], ["output.txt", 2]]})",
       "abcde");
  ASSERT_THAT(delivered_, SizeIs(1));
  EXPECT_EQ(delivered_[0].verdict, Verdict::kPassed);
  EXPECT_EQ(delivered_[0].kernel, "debian-6.12");
  EXPECT_EQ(delivered_[0].scenario.line, 7);
  EXPECT_EQ(delivered_[0].evidence, out_.Spell("S.A.IPv4@debian-6.12"));
  EXPECT_EQ(ReadWhole(folder_ / "out/S.A.IPv4@debian-6.12/a.pcap"), "abc");
  EXPECT_EQ(ReadWhole(folder_ / "out/S.A.IPv4@debian-6.12/output.txt"), "de");
  EXPECT_EQ(results_.running(), 0U);
  EXPECT_EQ(results_.virtual_seconds(), 7200.5);
}

TEST_F(GuestResultsTest, WhatHasNoResultGetsOne) {
  Tell(R"({"kind": "start", "folder": "S.A.IPv4", "t": 1})");
  Tell(R"({"kind": "result", "folder": "S.B.IPv4", "result": {"verdict": "passed"}})");
  const std::vector<ScenarioResult> never_begun = results_.CloseUp("it died", deliver_);
  ASSERT_THAT(delivered_, SizeIs(2));
  EXPECT_EQ(delivered_[1].scenario.name, "A");
  EXPECT_EQ(delivered_[1].verdict, Verdict::kError);
  EXPECT_EQ(delivered_[1].reason, "it died while this ran");
  ASSERT_THAT(never_begun, SizeIs(1));
  EXPECT_EQ(never_begun[0].reason, "it died before this began");
}

TEST_F(GuestResultsTest, NonsenseIsSurvived) {
  for (const char* text :
       {"", "{", "null", "[]", "{}", "\xff\xfe", "{\"kind\": 1, \"t\": \"now\"}",
        R"({"kind": "start", "folder": {}})", R"({"kind": "start", "folder": null, "t": [1]})",
        R"({"kind": "later"})"}) {
    Tell(text);
  }
  EXPECT_THAT(delivered_, IsEmpty());
  for (const char* text :
       {R"({"kind": "result"})", R"({"kind": "result", "folder": 7, "result": 7, "files": 7})",
        R"({"kind": "result", "folder": "S.A.IPv4", "result": "passed", "files": "x"})",
        R"({"kind": "result", "folder": "S.A.IPv4", "result": {"verdict": 1, "causes": 2,
            "failures": [3, {"line": "x"}], "seconds": "y", "control": 4}, "files": [7]})",
        R"({"kind": "result", "folder": "S.A.IPv4", "files": [[]]})",
        R"({"kind": "result", "folder": "S.A.IPv4", "files": [["a", -1]]})",
        R"({"kind": "result", "folder": "S.A.IPv4", "files": [[1, "a"]]})"}) {
    const std::size_t before = delivered_.size();
    Tell(text, "data");
    EXPECT_EQ(delivered_.size(), before + 1) << text;
    EXPECT_EQ(delivered_.back().verdict, Verdict::kError) << text;
  }
}

TEST_F(GuestResultsTest, NothingIsWrittenElsewhere) {
  for (const char* folder : {"../S.A.IPv4", "S.A.IPv4/../..", "/tmp/S.A.IPv4", "..", "", "notes"}) {
    Tell(nlohmann::json({{"kind", "result"}, {"folder", folder}, {"files", OneFile("evil", 4)}})
             .dump(),
         "data");
  }
  for (const std::string& name : std::vector<std::string>{"../evil", "/tmp/evil", "a/../../b", "..",
                                                          ".", "", std::string("evil\0x", 6)}) {
    Tell(nlohmann::json({{"kind", "result"},
                         {"folder", "S.A.IPv4"},
                         {"result", {{"verdict", "passed"}}},
                         {"files", OneFile(name, 4)}})
             .dump(),
         "data");
  }
  EXPECT_THAT(Files(), IsEmpty());
}

TEST_F(GuestResultsTest, SizesAreHeldAgainstTheData) {
  Tell(R"({"kind": "result", "folder": "S.A.IPv4", "result": {"verdict": "passed"},
           "files": [["one", 18446744073709551615], ["two", 5]]})",
       "data");
  EXPECT_EQ(ReadWhole(folder_ / "out/S.A.IPv4@debian-6.12/one"), "data");
  EXPECT_EQ(ReadWhole(folder_ / "out/S.A.IPv4@debian-6.12/two"), "");
}

TEST_F(GuestResultsTest, NameWithoutEndIsSurvived) {
  const std::string name(1 << 20, 'x');
  Tell(
      nlohmann::json({{"kind", "result"}, {"folder", name + ".A.IPv4"}, {"files", OneFile("a", 1)}})
          .dump(),
      "d");
  Tell(nlohmann::json({{"kind", "result"}, {"folder", "S.A.IPv4"}, {"files", OneFile(name, 1)}})
           .dump(),
       "d");
  ASSERT_THAT(delivered_, SizeIs(2));
  EXPECT_THAT(delivered_[0].evidence, IsEmpty());
  EXPECT_THAT(delivered_[1].reason, HasSubstr("ENAMETOOLONG"));
}

TEST_F(GuestResultsTest, EvidenceThatCannotBeWrittenIsAnError) {
  fs::remove(folder_ / "out");
  Tell(R"({"kind": "result", "folder": "S.A.IPv4", "result": {"verdict": "passed"},
           "files": [["one", 4]]})",
       "data");
  ASSERT_THAT(delivered_, SizeIs(1));
  EXPECT_EQ(delivered_[0].verdict, Verdict::kError);
  EXPECT_THAT(delivered_[0].reason, HasSubstr("ENOENT"));
}

}  // namespace
}  // namespace halfopen

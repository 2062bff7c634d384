// SPDX-License-Identifier: GPL-2.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "harness/runner/commands.h"
#include "netns/error.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// An --out folder with a run on the host, its control and the same on another kernel.
class ShowCommandTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(out_);
    AddRun("Rst.Second.IPv4", nullptr, "6.1", "rst_after_fin");
    AddRun("Rst.Second.IPv4.control-1", "the server closes", "6.1", "rst_after_fin");
    AddRun("Keepalive.Expires.IPv4@debian-6.12", nullptr, "debian-6.12", "keepalive_expiry");
    std::ofstream(out_ / "results.json") << results_;
  }
  void TearDown() override { fs::remove_all(out_); }

  void AddRun(const std::string& folder, const nlohmann::json& control, const std::string& kernel,
              const std::string& timeline) {
    fs::create_directories(out_ / folder);
    fs::copy(fs::path(HALFOPEN_TEST_TIMELINES) / timeline / "timeline.json", out_ / folder);
    results_["scenarios"].push_back({{"name", folder.substr(0, folder.find(".IPv"))},
                                     {"ip", "IPv4"},
                                     {"kernel", kernel},
                                     {"verdict", control.is_null() ? "passed" : "failed"},
                                     {"control", control},
                                     {"evidence", folder}});
  }

  // What is printed, and the exit code.
  std::pair<std::string, int> Show(std::vector<std::string> scenarios) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int code = ShowCommand({std::move(scenarios), out_, false, "halfopen"});
    std::string text = testing::internal::GetCapturedStdout();
    return {text + testing::internal::GetCapturedStderr(), code};
  }

  static long Ladders(const std::string& text) {
    long count = 0;
    for (std::size_t at = 0; (at = text.find("  evidence: ", at)) != std::string::npos; ++at) {
      ++count;
    }
    return count;
  }

  const fs::path out_ = fs::temp_directory_path() / ("halfopen-show-" + std::to_string(getpid()));
  nlohmann::json results_ = {
      {"venue", "host"}, {"profile", "fast"}, {"scenarios", nlohmann::json::array()}};
};

TEST_F(ShowCommandTest, TakesAFilterAsRunDoes) {
  const auto [text, code] = Show({"Rst.*/IPv4"});
  EXPECT_EQ(code, 0);
  EXPECT_EQ(Ladders(text), 1);
  EXPECT_THAT(text, AllOf(HasSubstr("passed  Rst.Second/IPv4"), HasSubstr("EPIPE")));
  EXPECT_EQ(Ladders(Show({}).first), 2);
}

TEST_F(ShowCommandTest, TakesAKernelBehindAnAt) {
  EXPECT_EQ(Ladders(Show({"*@debian-6.12"}).first), 1);
  EXPECT_EQ(Ladders(Show({"Keepalive.*@debian-*"}).first), 1);
  EXPECT_EQ(Show({"Keepalive.*@debian-6.1"}).second, 2);
}

TEST_F(ShowCommandTest, TakesTheNameOrThePathOfAnEvidenceFolder) {
  for (const std::string& name :
       {std::string("Rst.Second.IPv4.control-1"), (out_ / "Rst.Second.IPv4.control-1/").string()}) {
    const auto [text, code] = Show({name, name});
    EXPECT_EQ(code, 0);
    EXPECT_EQ(Ladders(text), 1);
    EXPECT_THAT(text, HasSubstr("failed  Rst.Second/IPv4 without \"the server closes\""));
  }
}

TEST_F(ShowCommandTest, SaysWhatComesNear) {
  const auto [text, code] = Show({"Rst.Secnd"});
  EXPECT_EQ(code, 2);
  EXPECT_THAT(text, HasSubstr("near it: Rst.Second"));
}

TEST_F(ShowCommandTest, ShowsTheRestOfARunWhoseTimelineIsCut) {
  std::ofstream(out_ / "Rst.Second.IPv4/timeline.json") << "{\"version\":1,\"events\":[{";
  const auto [text, code] = Show({"Rst.Second"});
  EXPECT_EQ(code, 0);
  EXPECT_THAT(text, AllOf(HasSubstr("passed  Rst.Second"), HasSubstr("cut")));
}

TEST_F(ShowCommandTest, FollowsNoLinkOutOfTheFolder) {
  fs::remove_all(out_ / "Rst.Second.IPv4");
  fs::create_directory_symlink(HALFOPEN_TEST_TIMELINES "/netcat", out_ / "Rst.Second.IPv4");
  const auto [text, code] = Show({"Rst.Second"});
  EXPECT_EQ(code, 0);
  EXPECT_THAT(text, Not(HasSubstr("netcat")));
  EXPECT_THAT(text, Not(HasSubstr("nc.traditional")));
}

TEST_F(ShowCommandTest, ThrowsForAFolderWithoutEvidence) {
  EXPECT_THROW(ShowCommand({{"*"}, out_ / "none", false, "halfopen"}), EnvironmentError);
}

}  // namespace
}  // namespace halfopen

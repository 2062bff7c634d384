// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/record/live_evidence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

#include "harness/record/evidence_file.h"
#include "netns/error.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

class LiveEvidenceTest : public testing::Test {
 protected:
  LiveEvidenceTest() { fs::create_directory(folder_); }
  ~LiveEvidenceTest() override { fs::remove_all(folder_); }

  std::string Text(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(folder_ / name).rdbuf();
    return text.str();
  }

  const fs::path folder_ =
      fs::path(testing::TempDir()) / ("live-evidence-" + std::to_string(getpid()));
  const LiveEvidence live_ = LiveEvidence::Create();
};

TEST_F(LiveEvidenceTest, BecomesFiles) {
  const EvidencePlace place{folder_, &live_};
  const EvidenceFile journal(place, "journal.jsonl");
  const EvidenceFile capture(place, "client-veth0.pcap");
  EXPECT_EQ(journal.Append("one\n"), 0);
  EXPECT_EQ(capture.Append(std::string("\0\1", 2)), 0);
  EXPECT_EQ(journal.Append("two\n"), 0);
  EXPECT_TRUE(fs::is_empty(folder_)) << "nothing touches the disk while the scenario runs";

  live_.Unpack(folder_, "journal.jsonl");
  EXPECT_FALSE(fs::exists(folder_ / "journal.jsonl"));
  EXPECT_EQ(Text("client-veth0.pcap"), std::string("\0\1", 2));
  live_.Unpack(folder_);
  EXPECT_EQ(Text("journal.jsonl"), "one\ntwo\n");
  EXPECT_EQ(Text("client-veth0.pcap"), std::string("\0\1", 2)) << "in the place of what was there";
}

TEST_F(LiveEvidenceTest, OutlivesItsWriter) {
  const pid_t writer = fork();
  if (writer == 0) {
    live_.Append("journal.jsonl", "the last words");
    kill(getpid(), SIGKILL);
  }
  waitpid(writer, nullptr, 0);
  live_.Unpack(folder_);
  EXPECT_EQ(Text("journal.jsonl"), "the last words");
}

TEST_F(LiveEvidenceTest, KeepsPiecesOfSeveralThreadsWhole) {
  {
    std::vector<std::jthread> writers;
    for (const char* name : {"a", "b"}) {
      writers.emplace_back([this, name] {
        for (int i = 0; i < 1000; ++i) live_.Append(name, std::string(name) + "\n");
      });
    }
  }
  live_.Unpack(folder_);
  for (const std::string name : {"a", "b"}) {
    std::string expected;
    for (int i = 0; i < 1000; ++i) expected += name + "\n";
    EXPECT_EQ(Text(name), expected);
  }
}

TEST_F(LiveEvidenceTest, LeavesOutWhatWasCutAndStaysInItsFolder) {
  EXPECT_EQ(live_.Append("../escaped", "no"), 0);
  EXPECT_EQ(live_.Append("whole", "yes"), 0);
  ASSERT_EQ(write(live_.fd(), "\4\0\0\0\377\377\377\377name", 12), 12);
  live_.Unpack(folder_);
  EXPECT_EQ(Text("whole"), "yes");
  EXPECT_EQ(Text("escaped"), "no");
  EXPECT_FALSE(fs::exists(folder_ / "name"));
  EXPECT_FALSE(fs::exists(folder_.parent_path() / "escaped"));
}

TEST_F(LiveEvidenceTest, FollowsNoLinkAndSaysWhatRefused) {
  fs::create_symlink(folder_ / "elsewhere", folder_ / "journal.jsonl");
  live_.Append("journal.jsonl", "text");
  EXPECT_THROW(live_.Unpack(folder_), EnvironmentError);
  EXPECT_FALSE(fs::exists(folder_ / "elsewhere"));
  EXPECT_THROW(live_.Unpack(folder_ / "missing"), EnvironmentError);
}

}  // namespace
}  // namespace halfopen

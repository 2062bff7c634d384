// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/held_folder.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "harness/runner/invoking_user.h"
#include "harness/runner/out_folder.h"
#include "netns/error.h"
#include "netns/regular_file.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

using testing::HasSubstr;
using testing::Property;
using testing::ThrowsMessage;
using testing::UnorderedElementsAre;

constexpr char kUser[] = "65534";

uid_t OwnerOf(const fs::path& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0 ? status.st_uid : static_cast<uid_t>(-1);
}

class HeldFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "halfopen-held-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    top_ = pattern;
    fs::permissions(top_, fs::perms::all);
    outside_ = top_ / "outside";
    fs::create_directories(outside_ / "inner");
    std::ofstream(outside_ / "kept") << "mine";
    std::ofstream(outside_ / "inner/kept") << "mine";
    out_ = top_ / "out";
    fs::create_directory(out_);
  }
  void TearDown() override {
    // As it was, whatever has been done to the folder that is written to.
    EXPECT_EQ(ReadRegularFile(outside_ / "kept"), "mine");
    EXPECT_EQ(ReadRegularFile(outside_ / "inner/kept"), "mine");
    EXPECT_EQ(std::distance(fs::recursive_directory_iterator(outside_), {}), 3);
    EXPECT_EQ(OwnerOf(outside_), geteuid());
    EXPECT_EQ(OwnerOf(outside_ / "kept"), geteuid());
    fs::remove_all(top_);
    unsetenv("SUDO_UID");
    unsetenv("SUDO_GID");
  }
  // As sudo would, called by another user. False without root.
  bool CalledBySudo() {
    return geteuid() == 0 && setenv("SUDO_UID", kUser, 1) == 0 && setenv("SUDO_GID", kUser, 1) == 0;
  }

  fs::path top_;
  fs::path outside_;
  fs::path out_;
};

TEST_F(HeldFolderTest, WritesWholeFilesAndTheirFolders) {
  const HeldFolder folder = HeldFolder::Make(out_ / "new/deep");
  folder.Write("a/b/file", "text");
  EXPECT_EQ(ReadRegularFile(out_ / "new/deep/a/b/file"), "text");
  folder.Write("a/b/file", "other");
  EXPECT_EQ(ReadRegularFile(out_ / "new/deep/a/b/file"), "other");
  EXPECT_THAT(HeldFolder::Make(out_ / "new/deep/a/b").Names(), UnorderedElementsAre("file"));
  folder.Remove("a");
  folder.Remove("a");
  EXPECT_TRUE(folder.Names().empty());
}

TEST_F(HeldFolderTest, ReplacesALinkAndNotWhatItNames) {
  const HeldFolder folder = HeldFolder::Make(out_);
  fs::create_symlink(outside_ / "kept", out_ / "results.json");
  fs::create_symlink(outside_ / "kept", out_ / "results.json.tmp");
  folder.Write("results.json", "{}");
  EXPECT_TRUE(IsRegularFile(out_ / "results.json"));
}

TEST_F(HeldFolderTest, ReplacesAHardLinkAndAFifo) {
  const HeldFolder folder = HeldFolder::Make(out_);
  fs::create_hard_link(outside_ / "kept", out_ / "index.html");
  fs::create_hard_link(outside_ / "kept", out_ / "index.html.tmp");
  folder.Write("index.html", "page");
  ASSERT_EQ(mkfifo((out_ / "junit.xml").c_str(), 0666), 0);
  ASSERT_EQ(mkfifo((out_ / "junit.xml.tmp").c_str(), 0666), 0);
  folder.Write("junit.xml", "<testsuites/>");
  EXPECT_TRUE(IsRegularFile(out_ / "junit.xml"));
}

TEST_F(HeldFolderTest, RefusesALinkInPlaceOfAFolder) {
  const HeldFolder folder = HeldFolder::Make(out_);
  fs::create_symlink(outside_, out_ / "sources");
  EXPECT_THAT([&] { folder.Write("sources/file.cc", "text"); },
              ThrowsMessage<EnvironmentError>(HasSubstr("out/sources: ENOTDIR")));
  fs::create_symlink(outside_, out_ / "Suite.Name.IPv4");
  EXPECT_THROW(folder.Write("Suite.Name.IPv4/inner/file", "text"), EnvironmentError);
}

TEST_F(HeldFolderTest, RemovesLinksAndNotWhatTheyName) {
  const OutFolder out(out_);
  fs::create_symlink(outside_, out_ / "Suite.Link.IPv4");
  fs::create_directory(out_ / "Suite.Name.IPv4");
  std::ofstream(out_ / "Suite.Name.IPv4/result.json") << "{}";
  fs::create_symlink(outside_, out_ / "Suite.Name.IPv4/client-nc");
  out.RemoveEarlierRuns();
  EXPECT_FALSE(fs::exists(out_ / "Suite.Name.IPv4"));
  EXPECT_TRUE(fs::is_symlink(out_ / "Suite.Link.IPv4"));  // none of ours
  out.MakeRunFolder("Suite.Link.IPv4");
  EXPECT_TRUE(IsFolder(out_ / "Suite.Link.IPv4"));
}

TEST_F(HeldFolderTest, AFifoInPlaceOfResultsHangsNothing) {
  ASSERT_EQ(mkfifo((out_ / "results.json").c_str(), 0666), 0);
  ASSERT_EQ(mkfifo((out_ / "durations.json").c_str(), 0666), 0);
  const OutFolder out(out_);
  EXPECT_TRUE(out.EarlierDurations("fast").empty());
  out.RemoveEarlierRuns();
  out.KeepDurations({});
  EXPECT_TRUE(IsRegularFile(out_ / "durations.json"));
}

TEST_F(HeldFolderTest, TheUsersOwnLinkMayBeNamed) {
  fs::permissions(top_, fs::perms::owner_all);
  fs::create_symlink(out_, top_ / "link");
  OutFolder(top_ / "link").Write("results.json", "{}");
  EXPECT_TRUE(IsRegularFile(out_ / "results.json"));
}

TEST_F(HeldFolderTest, AnotherUsersLinkWhereEverybodyMayWriteMayNot) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  fs::create_symlink(out_, top_ / "link");
  ASSERT_EQ(lchown((top_ / "link").c_str(), 1234, 1234), 0);
  EXPECT_THAT([&] { OutFolder out(top_ / "link"); },
              ThrowsMessage<EnvironmentError>(HasSubstr("another user's symbolic link")));
  EXPECT_TRUE(fs::is_empty(out_));
}

TEST_F(HeldFolderTest, WhatIsMadeForSudoIsItsUsers) {
  if (!CalledBySudo()) GTEST_SKIP() << "needs root";
  const OutFolder out(out_ / "new");  // below a folder of root's
  out.Write("sources/a/file.cc", "text");
  out.MakeRunFolder("Suite.Name.IPv4");
  for (const char* name :
       {"new", "new/sources", "new/sources/a", "new/sources/a/file.cc", "new/Suite.Name.IPv4"}) {
    EXPECT_EQ(OwnerOf(out_ / name), 65534U) << name;
  }
  EXPECT_EQ(OwnerOf(out_), 0U);  // was there before
}

TEST_F(HeldFolderTest, InAFolderOfTheUsersRootDoesNoMoreThanTheUserMay) {
  if (!CalledBySudo()) GTEST_SKIP() << "needs root";
  ASSERT_EQ(lchown(out_.c_str(), 65534, 65534), 0);
  const HeldFolder folder = HeldFolder::Make(out_);
  folder.Write("mine", "text");
  EXPECT_EQ(OwnerOf(out_ / "mine"), 65534U);
  // Moved there by the user, who could not have looked into it.
  fs::create_directory(out_ / "roots");
  fs::permissions(out_ / "roots", fs::perms::owner_all);
  EXPECT_THROW(folder.Write("roots/file", "text"), EnvironmentError);
  fs::permissions(out_ / "roots", fs::perms::owner_all | fs::perms::others_read);
  folder.MakeFolders("roots");
  EXPECT_EQ(OwnerOf(out_ / "roots"), 0U) << "given away although it was there before";
}

// A folder is swapped against a link to another one and back, as fast as can be.
TEST_F(HeldFolderTest, SwapsInTheMiddleLeadNowhere) {
  const HeldFolder folder = HeldFolder::Make(out_);
  fs::create_directory(out_ / "run");
  fs::create_symlink(outside_, out_ / "link");
  std::atomic<bool> over = false;
  std::thread swapper([&] {
    while (!over) {
      // RENAME_EXCHANGE: both names are always there.
      renameat2(folder.fd(), "run", folder.fd(), "link", RENAME_EXCHANGE);
    }
  });
  for (int i = 0; i < 1000; ++i) {
    try {
      folder.Write("run/inner/kept", "theirs");
      folder.Write("run/kept", "theirs");
    } catch (const EnvironmentError&) {
      // It was a link just then.
    }
    if (i % 10 != 0) continue;
    try {
      folder.Remove("run");
      folder.MakeFolders("run");
    } catch (const EnvironmentError&) {
      // What was to be removed had become something else.
    }
    std::error_code ignored;
    if (!fs::is_symlink(out_ / "link") && !fs::is_symlink(out_ / "run")) {
      fs::remove_all(out_ / "link", ignored);
      fs::create_symlink(outside_, out_ / "link", ignored);
    }
  }
  over = true;
  swapper.join();
}

TEST(InvokingUserTest, IsWhatSudoSays) {
  EXPECT_EQ(ParseInvokingUser("1000", "100"), (InvokingUser{1000, 100}));
  EXPECT_EQ(ParseInvokingUser("4294967294", "0"), (InvokingUser{4294967294, 0}));
}

TEST(InvokingUserTest, IsNobodyIfTheWordsMakeNoSense) {
  for (const char* word : {"", "-1", "0x10", "1000 ", " 1000", "1000\n", "root", "4294967295",
                           "4294967296", "99999999999999999999", "1e3"}) {
    EXPECT_EQ(ParseInvokingUser(word, "100"), std::nullopt) << word;
    EXPECT_EQ(ParseInvokingUser("1000", word), std::nullopt) << word;
  }
  EXPECT_EQ(ParseInvokingUser(nullptr, "100"), std::nullopt);
  EXPECT_EQ(ParseInvokingUser("1000", nullptr), std::nullopt);
  EXPECT_EQ(ParseInvokingUser("0", "0"), std::nullopt);  // root has nothing to be given
}

}  // namespace
}  // namespace halfopen

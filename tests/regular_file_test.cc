// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/regular_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

namespace halfopen {
namespace {

class RegularFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "halfopen-file-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    std::ofstream(folder_ / "file") << "0123456789";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(RegularFileTest, IsReadWholeOrItsBeginning) {
  EXPECT_EQ(ReadRegularFile(folder_ / "file"), "0123456789");
  EXPECT_EQ(ReadRegularFile(folder_ / "file", 3), "012");
  EXPECT_TRUE(IsRegularFile(folder_ / "file"));
  std::ofstream(folder_ / "long") << std::string(200'000, 'x');
  EXPECT_EQ(ReadRegularFile(folder_ / "long"), std::string(200'000, 'x'));
}

TEST_F(RegularFileTest, NothingElseIsOpened) {
  std::filesystem::create_symlink(folder_ / "file", folder_ / "link");
  ASSERT_EQ(mkfifo((folder_ / "fifo").c_str(), 0600), 0);
  for (const std::filesystem::path& path : {folder_ / "link", folder_ / "fifo", folder_ / "missing",
                                            folder_, std::filesystem::path("/dev/zero")}) {
    EXPECT_EQ(ReadRegularFile(path), std::nullopt) << path;
    EXPECT_FALSE(OpenRegularFile(path)) << path;
    EXPECT_FALSE(IsRegularFile(path)) << path;
  }
}

TEST_F(RegularFileTest, ALinkToAFolderIsNone) {
  std::filesystem::create_directory_symlink(folder_, folder_ / "link");
  EXPECT_FALSE(IsFolder(folder_ / "link"));
  EXPECT_TRUE(IsFolder(folder_));
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/cpio.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <string>

#include "fixtures/find_program.h"
#include "harness/venue/init/cpio_unpack.h"
#include "harness/venue/tool.h"
#include "harness/venue/whole_file.h"
#include "netns/error.h"
#include "tests/fake_kernel.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

using testing::EndsWith;
using testing::IsNull;

CpioArchive Archive() {
  CpioArchive archive;
  archive.AddFile("/usr/bin/tool", "#!/bin/sh\n", 0755);
  archive.AddFile("/etc/empty", "");
  archive.AddFolder("/dev");
  archive.AddLink("/bin", "usr/bin");
  archive.AddFile("/usr/bin/tool", "what is there already stays");
  return archive;
}

using CpioTest = FolderTest;

TEST_F(CpioTest, CpioListsWhatWasAdded) {
  if (!FindProgram("cpio")) GTEST_SKIP() << "needs cpio";
  const fs::path file = File("archive", Archive().Finish());
  const ToolOutcome outcome = RunTool({"cpio", "cpio"}, {"-t", "--quiet"}, {file, {}, {}});
  EXPECT_TRUE(outcome.ok()) << outcome.errors;
  EXPECT_EQ(outcome.output, "usr\nusr/bin\nusr/bin/tool\netc\netc/empty\ndev\nbin\n");
}

TEST_F(CpioTest, GuestUnpacksIt) {
  const std::string bytes = Archive().Finish();
  ASSERT_THAT(UnpackCpio(folder_.c_str(), bytes.data(), bytes.size()), IsNull()) << errno;
  EXPECT_EQ(ReadWhole(folder_ / "usr/bin/tool"), "#!/bin/sh\n");
  EXPECT_EQ(fs::status(folder_ / "usr/bin/tool").permissions(), fs::perms(0755));
  EXPECT_EQ(fs::file_size(folder_ / "etc/empty"), 0U);
  EXPECT_TRUE(fs::is_directory(folder_ / "dev"));
  EXPECT_EQ(fs::read_symlink(folder_ / "bin"), "usr/bin");
  // What is there already is replaced, as a payload does with what the snapshot had.
  EXPECT_THAT(UnpackCpio(folder_.c_str(), bytes.data(), bytes.size()), IsNull());
}

TEST_F(CpioTest, BrokenArchiveIsRefused) {
  const std::string whole = Archive().Finish();
  for (const std::size_t size : {std::size_t{0}, std::size_t{50}, whole.size() / 2}) {
    EXPECT_STREQ(UnpackCpio(folder_.c_str(), whole.data(), size), "the payload");
    EXPECT_EQ(errno, EBADMSG);
  }
  std::string garbage = whole;
  garbage.replace(0, 6, "xxxxxx");
  EXPECT_STREQ(UnpackCpio(folder_.c_str(), garbage.data(), garbage.size()), "the payload");
}

TEST_F(CpioTest, RefusalNamesTheFile) {
  File("usr/bin/tool/in-the-way", "");
  const std::string bytes = Archive().Finish();
  EXPECT_THAT(UnpackCpio(folder_.c_str(), bytes.data(), bytes.size()), EndsWith("/usr/bin/tool"));
}

TEST_F(CpioTest, NothingOfTheMachineGetsIn) {
  const fs::path one = File("one", "content");
  const fs::path other = File("elsewhere/other", "content");
  fs::last_write_time(other, fs::file_time_type::clock::now() - std::chrono::hours(99));
  fs::permissions(other, fs::perms(0600));
  CpioArchive first;
  first.AddFrom("/file", one);
  CpioArchive second;
  second.AddFrom("/file", other);
  // Whether it may be executed counts, which is root's to say of any file that anybody may execute.
  EXPECT_EQ(first.Finish(), second.Finish());
  EXPECT_THROW(first.AddFrom("/missing", folder_ / "missing"), EnvironmentError);
}

}  // namespace
}  // namespace halfopen

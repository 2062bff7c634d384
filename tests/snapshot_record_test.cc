// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/snapshot_record.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "harness/venue/ram_file.h"
#include "tests/fake_kernel.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint64_t kSize = 64 << 20;

class SnapshotRecordTest : public FolderTest {
 protected:
  SnapshotRecordTest() {
    // Mostly holes, as RAM is.
    File("ram", "begin");
    fs::resize_file(folder_ / "ram", kSize);
    Put("ram", 5 << 20, "middle");
    File("state", "the devices");
    WriteSnapshotRecord(folder_);
  }
  void Put(const char* name, std::streamoff offset, std::string_view text) {
    std::fstream file(folder_ / name, std::ios::in | std::ios::out);
    file.seekp(offset) << text;
  }
  std::string Damage() { return DamageOfSnapshot(folder_); }
};

TEST_F(SnapshotRecordTest, WholeSnapshotHasNoDamage) { EXPECT_THAT(Damage(), IsEmpty()); }

TEST_F(SnapshotRecordTest, CopyWithOrWithoutHolesIsTheSame) {
  const auto blocks = [&](const char* name) {
    struct stat status {};
    return stat((folder_ / name).c_str(), &status) == 0 ? status.st_blocks : -1;
  };
  // Written zeros instead of holes.
  Put("ram", 20 << 20, std::string(1 << 20, '\0'));
  EXPECT_GT(blocks("ram"), 2048);
  EXPECT_THAT(Damage(), IsEmpty());
  const Fd from(open((folder_ / "ram").c_str(), O_RDONLY | O_CLOEXEC));
  const Fd to(open((folder_ / "copy").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  CopyPages(from, to, "ram");
  EXPECT_EQ(fs::file_size(folder_ / "copy"), kSize);
  EXPECT_LT(blocks("copy"), 2048);
  fs::rename(folder_ / "copy", folder_ / "ram");
  EXPECT_THAT(Damage(), IsEmpty());
}

TEST_F(SnapshotRecordTest, EveryKindOfDamageIsFound) {
  const auto damaged = [&](const char* name, const auto& damage) {
    fs::copy_file(folder_ / name, folder_ / "kept");
    damage(folder_ / name);
    EXPECT_THAT(Damage(), HasSubstr(name));
    fs::remove(folder_ / name);
    fs::rename(folder_ / "kept", folder_ / name);
    EXPECT_THAT(Damage(), IsEmpty());
  };
  for (const char* name : {"ram", "state"}) {
    damaged(name, [](const fs::path& file) { fs::resize_file(file, 0); });
    damaged(name, [](const fs::path& file) { fs::resize_file(file, fs::file_size(file) - 1); });
    damaged(name, [](const fs::path& file) { fs::remove(file); });
    damaged(name, [&](const fs::path&) { Put(name, 3, "X"); });
  }
  damaged("ram", [&](const fs::path&) { Put("ram", 30 << 20, "X"); });
  damaged("ram", [&](const fs::path&) { Put("ram", 5 << 20, std::string(6, '\0')); });
}

TEST_F(SnapshotRecordTest, PagesThatChangedPlacesAreFound) {
  Put("ram", 5 << 20, std::string(6, '\0'));
  Put("ram", 6 << 20, "middle");
  EXPECT_THAT(Damage(), HasSubstr("ram"));
}

TEST_F(SnapshotRecordTest, RecordThatCannotBeReadIsDamage) {
  for (const char* text : {"", "{", "[]", "{}", R"({"ram": 1, "state": 2})"}) {
    File("snapshot.json", text);
    EXPECT_FALSE(Damage().empty()) << text;
  }
  fs::remove(folder_ / "snapshot.json");
  EXPECT_THAT(Damage(), HasSubstr("snapshot.json"));
}

TEST_F(SnapshotRecordTest, KernelsFolderHasIt) {
  EXPECT_FALSE(HasSnapshot(folder_));
  File("kernel/snapshot-x/whole/snapshot.json", "{}");
  EXPECT_FALSE(HasSnapshot(folder_ / "kernel"));
  File("kernel/snapshot-y/snapshot.json", "{}");
  EXPECT_TRUE(HasSnapshot(folder_ / "kernel"));
  EXPECT_FALSE(HasSnapshot(folder_ / "nowhere"));
}

}  // namespace
}  // namespace halfopen

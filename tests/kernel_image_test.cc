// SPDX-License-Identifier: GPL-2.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixtures/find_program.h"
#include "harness/venue/bzimage.h"
#include "harness/venue/vmlinux.h"
#include "netns/error.h"
#include "tests/fake_kernel.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

class BzImageTest : public FolderTest {
 protected:
  // Packs a vmlinux as the kernel's build does and expects it back.
  void ExpectBack(const Tool& tool, const std::vector<std::string>& arguments, bool append_size) {
    if (!FindProgram(tool.program)) GTEST_SKIP() << "needs " << tool.program;
    const std::string vmlinux = FakeVmlinux();
    std::string payload = Compressed(folder_, tool, arguments, vmlinux);
    if (append_size) payload = WithSize(payload, vmlinux.size());
    const BzImage image(FakeBzImage(payload), "bzImage");
    EXPECT_EQ(image.release(), kRelease);
    image.WriteVmlinux(folder_ / "vmlinux");
    EXPECT_TRUE(ReadWhole(folder_ / "vmlinux") == vmlinux);
    EXPECT_FALSE(fs::exists(folder_ / "vmlinux.compressed"));
  }
};

// The arguments are those of the kernel's scripts/Makefile.lib.
TEST_F(BzImageTest, Gzip) { ExpectBack({"gzip", "gzip"}, {"-n", "-9", "-c"}, false); }
TEST_F(BzImageTest, Xz) {
  ExpectBack({"xz", "xz-utils"}, {"--check=crc32", "--x86", "--lzma2=dict=1MiB", "-c"}, true);
}
TEST_F(BzImageTest, Zstd) { ExpectBack({"zstd", "zstd"}, {"-q", "--ultra", "-22", "-c"}, true); }
TEST_F(BzImageTest, Lz4) { ExpectBack({"lz4", "lz4"}, {"-q", "-l", "-9", "-c"}, true); }

TEST_F(BzImageTest, DamageIsToldInASentence) {
  const std::string vmlinux = FakeVmlinux();
  const std::string payload = Compressed(folder_, {"gzip", "gzip"}, {"-n", "-9", "-c"}, vmlinux);
  const std::string whole = FakeBzImage(payload);
  const auto unpack = [&](const std::string& bytes) {
    return [this, bytes] { BzImage(bytes, "b/bzImage").WriteVmlinux(folder_ / "vmlinux"); };
  };
  EXPECT_THAT(
      unpack(whole.substr(0, whole.size() - 100)),
      ThrowsMessage<EnvironmentError>(AllOf(HasSubstr("b/bzImage"), HasSubstr("truncated"))));
  std::string altered = whole;
  altered.replace(whole.size() - 2000, 4, "oops");
  EXPECT_THAT(unpack(altered), ThrowsMessage<EnvironmentError>(HasSubstr("gzip -dc")));
  EXPECT_THAT(unpack(FakeBzImage("BZh91AY&SY")),
              ThrowsMessage<EnvironmentError>(HasSubstr("cannot undo; give its vmlinux")));
  EXPECT_THAT(unpack(vmlinux), ThrowsMessage<EnvironmentError>(HasSubstr("no bzImage")));
  EXPECT_FALSE(BzImage::Is("too short"));
}

TEST(VmlinuxTest, SaysWhatItIs) {
  const std::string vmlinux = FakeVmlinux();
  EXPECT_TRUE(IsVmlinux(vmlinux));
  EXPECT_FALSE(IsVmlinux("#!/bin/sh"));
  EXPECT_EQ(ReleaseOfVmlinux(vmlinux), kRelease);
  EXPECT_EQ(ReleaseOfVmlinux("no banner"), "");
  EXPECT_TRUE(HasPvhEntry(vmlinux));
  EXPECT_FALSE(HasPvhEntry(FakeVmlinux(false)));
  EXPECT_FALSE(HasPvhEntry(vmlinux.substr(0, 515)));
}

TEST(VmlinuxTest, CarriesItsConfig) {
  const std::string mark = "IKCFG_ST";
  EXPECT_EQ(GzippedConfig(FakeVmlinux()), std::nullopt);
  EXPECT_EQ(GzippedConfig("x" + mark), std::nullopt);
  EXPECT_EQ(GzippedConfig("x" + mark + " as text, " + mark + "\x1f\x8b and moreIKCFG_ED"),
            "\x1f\x8b and more");
}

}  // namespace
}  // namespace halfopen

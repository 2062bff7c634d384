// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/kernel_modules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixtures/find_program.h"
#include "netns/error.h"
#include "tests/fake_kernel.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::ThrowsMessage;

class KernelModulesTest : public FolderTest {
 protected:
  KernelModulesTest() {
    kernel_.name = "debian-6.99";
    kernel_.release = kRelease;
  }

  void HasModules(std::string_view dep, std::string_view builtin) {
    kernel_.modules = File("modules.dep", dep).parent_path();
    File("modules.builtin", builtin);
  }
  void HasConfig(const std::string& content) { kernel_.config = File("config", content); }

  // The modules' names in the order of loading.
  std::vector<std::string> Names() {
    std::vector<std::string> names;
    for (const fs::path& file : ModulesFor(kernel_)) {
      EXPECT_TRUE(file.is_absolute());
      names.push_back(file.filename().string());
    }
    return names;
  }
  testing::Matcher<std::function<void()>> Misses(const testing::Matcher<const std::string&>& what) {
    return ThrowsMessage<MissingCapability>(what);
  }
  std::function<void()> Asking() {
    return [this] { ModulesFor(kernel_); };
  }

  Kernel kernel_;
};

constexpr char kDependencies[] =
    "kernel/drivers/net/veth.ko.xz:\n"
    "kernel/net/netfilter/nf_tables.ko.xz: kernel/net/netfilter/nfnetlink.ko.xz "
    "kernel/lib/libcrc32c.ko.xz\n"
    "kernel/net/netfilter/nft-log.ko.xz: kernel/net/netfilter/nf_tables.ko.xz "
    "kernel/net/netfilter/nfnetlink.ko.xz kernel/lib/libcrc32c.ko.xz\n"
    "kernel/net/netfilter/nfnetlink.ko.xz:\n"
    "kernel/lib/libcrc32c.ko.xz:\n"
    "kernel/fs/xfs/xfs.ko.xz: kernel/lib/libcrc32c.ko.xz\n"
    "kernel/arch/x86/crypto/crc32c-intel.ko.xz:\n";

TEST_F(KernelModulesTest, WhatIsNeededComesBehindWhatItNeeds) {
  HasModules(kDependencies, AllBuiltIn());
  EXPECT_THAT(Names(), ElementsAre("veth.ko.xz", "libcrc32c.ko.xz", "nfnetlink.ko.xz",
                                   "nf_tables.ko.xz", "nft-log.ko.xz"));
}

TEST_F(KernelModulesTest, GenericCrc32cComesBeforeItsUser) {
  HasModules(std::string(kDependencies) + "kernel/crypto/crc32c_generic.ko.xz:\n", AllBuiltIn());
  EXPECT_THAT(Names(), ElementsAre("veth.ko.xz", "crc32c_generic.ko.xz", "libcrc32c.ko.xz",
                                   "nfnetlink.ko.xz", "nf_tables.ko.xz", "nft-log.ko.xz"));
}

TEST_F(KernelModulesTest, AllBuiltInIsNone) {
  HasModules("", AllBuiltIn());
  EXPECT_THAT(Names(), IsEmpty());
  kernel_.modules.clear();
  EXPECT_THAT(Names(), IsEmpty());  // nothing is known
  HasConfig(FakeConfig());
  EXPECT_THAT(Names(), IsEmpty());
}

TEST_F(KernelModulesTest, MissingModuleIsNamedWithItsOption) {
  HasModules("", AllBuiltIn("nft_limit"));
  EXPECT_THAT(Asking(), Misses(AllOf(HasSubstr("debian-6.99"), HasSubstr(kRelease),
                                     HasSubstr("CONFIG_NFT_LIMIT"), Not(HasSubstr("--modules")))));
  HasModules("", "");
  EXPECT_THAT(Asking(), Misses(AllOf(HasSubstr("CONFIG_VETH, CONFIG_NF_TABLES"),
                                     Not(HasSubstr("CONFIG_NFT_COUNTER")))));
}

TEST_F(KernelModulesTest, ConfigTellsWhereModulesBuiltinDoesNot) {
  HasModules("", AllBuiltIn("nft_limit"));
  HasConfig(FakeConfig());
  EXPECT_THAT(Names(), IsEmpty());
  HasConfig(FakeConfig("CONFIG_NFT_LIMIT=m"));
  EXPECT_THAT(Asking(), Misses(HasSubstr("the module nft_limit (CONFIG_NFT_LIMIT=m)")));
}

TEST_F(KernelModulesTest, OptionsThatAreNoModulesAreChecked) {
  HasModules("", AllBuiltIn());
  HasConfig(FakeConfig("CONFIG_NET_NS=n"));
  EXPECT_THAT(Asking(), Misses(AllOf(HasSubstr("CONFIG_NET_NS"), Not(HasSubstr("CONFIG_PID_NS")))));
}

TEST_F(KernelModulesTest, ModulesWithoutAFolderAreAskedFor) {
  HasConfig(FakeConfig("CONFIG_VETH=m"));
  EXPECT_THAT(Asking(), Misses(AllOf(HasSubstr("the module veth"), HasSubstr("--modules DIR"))));
}

TEST_F(KernelModulesTest, ModulesAreReadDecompressed) {
  const std::string module = std::string("ELF") + '\0' + "vermagic=6.99.7-test-amd64 SMP" + '\0';
  EXPECT_EQ(ReadModule(File("a.ko", module)), module);
  for (const auto& [tool, extension] : {std::pair{Tool{"gzip", "gzip"}, "gz"},
                                        {Tool{"xz", "xz-utils"}, "xz"},
                                        {Tool{"zstd", "zstd"}, "zst"}}) {
    if (!FindProgram(tool.program)) continue;
    const fs::path file =
        File(fmt::format("a.ko.{}", extension), Compressed(folder_, tool, {"-c"}, module));
    EXPECT_EQ(ReadModule(file), module) << extension;
  }
  EXPECT_THAT([this] { ReadModule(File("b.ko.gz", "no gzip")); },
              ThrowsMessage<EnvironmentError>(HasSubstr("b.ko.gz")));
  EXPECT_EQ(ReleaseOfModule(module), kRelease);
  EXPECT_EQ(ReleaseOfModule("ELF"), "");
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/kernel_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>

#include "netns/error.h"
#include "tests/fake_kernel.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::ThrowsMessage;

// An environment variable that has its old value again afterwards.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    value == nullptr ? unsetenv(name) : setenv(name, value, 1);
  }
  ~Variable() { old_ ? setenv(name_, old_->c_str(), 1) : unsetenv(name_); }

 private:
  const char* name_;
  std::optional<std::string> old_;
};

TEST(KernelCacheTest, FollowsTheBaseDirectorySpecification) {
  const Variable home("HOME", "/home/somebody");
  {
    const Variable cache("XDG_CACHE_HOME", "/var/tmp/c");
    EXPECT_EQ(KernelStore::InCache().cache(), "/var/tmp/c/halfopen/kernels");
  }
  for (const char* unusable : {static_cast<const char*>(nullptr), "", "relative"}) {
    const Variable cache("XDG_CACHE_HOME", unusable);
    EXPECT_EQ(KernelStore::InCache().cache(), "/home/somebody/.cache/halfopen/kernels");
    const Variable no_home("HOME", unusable);
    EXPECT_THAT([] { KernelStore::InCache(); },
                ThrowsMessage<EnvironmentError>(HasSubstr("set XDG_CACHE_HOME")));
  }
}

class KernelStoreTest : public FolderTest {
 protected:
  void MakeEntry(const std::string& name) {
    fs::remove_all(folder_ / "cache" / name);
    File("cache/" + name + "/vmlinux", FakeVmlinux());
    File("cache/" + name + "/modules/modules.dep", "");
    WriteKernelRecord(folder_ / "cache" / name, name, kRelease);
  }
  testing::Matcher<std::function<void()>> Throws(
      const testing::Matcher<const std::string&>& what) const {
    return ThrowsMessage<EnvironmentError>(what);
  }
  std::function<void()> Finding(const std::string& name) {
    return [this, name] { store_.Find(name); };
  }
  std::function<void()> Giving(const fs::path& image, const fs::path& modules) {
    return [=, this] { store_.FromFiles(image, modules); };
  }

  KernelStore store_{folder_ / "cache"};
};

TEST_F(KernelStoreTest, EntryIsFound) {
  EXPECT_THAT(store_.List(), IsEmpty());
  MakeEntry("debian-6.99");
  const Kernel kernel = store_.Find("debian-6.99");
  EXPECT_EQ(kernel.release, kRelease);
  EXPECT_EQ(kernel.image, folder_ / "cache/debian-6.99/vmlinux");
  EXPECT_EQ(kernel.modules, folder_ / "cache/debian-6.99/modules");
  EXPECT_EQ(kernel.config, "");
  EXPECT_EQ(kernel.folder, folder_ / "cache/debian-6.99");
  // What is derived from it later is no damage.
  File("cache/debian-6.99/snapshot", "x");
  EXPECT_THAT(store_.List(), SizeIs(1));
}

TEST_F(KernelStoreTest, WhatIsNotThereIsToldWithTheRemedy) {
  EXPECT_THAT(Finding("debian-6.99"),
              Throws(HasSubstr("not in the cache; run: halfopen kernels add debian-6.99")));
  EXPECT_THAT(Finding("given"), Throws(HasSubstr("run: halfopen kernels add debian-6.12")));
  EXPECT_THAT(Finding("../cache"), Throws(HasSubstr("not in the cache")));
}

TEST_F(KernelStoreTest, DamageIsToldWithTheRemedy) {
  const auto expect_damage = [&](const std::string& words) {
    EXPECT_THAT(
        Finding("debian-6.99"),
        Throws(AllOf(HasSubstr(words), HasSubstr("run: halfopen kernels add debian-6.99"))));
    EXPECT_THAT(store_.List(), IsEmpty());
    ASSERT_THAT(store_.Entries(), SizeIs(1));
    EXPECT_THAT(store_.Entries()[0].damage, HasSubstr(words));
    EXPECT_EQ(store_.Entries()[0].kernel.name, "debian-6.99");
  };
  const fs::path entry = folder_ / "cache/debian-6.99";
  MakeEntry("debian-6.99");
  fs::resize_file(entry / "vmlinux", 7);
  expect_damage("vmlinux has 7 bytes instead of 4096");
  MakeEntry("debian-6.99");
  fs::remove(entry / "modules/modules.dep");
  expect_damage("modules/modules.dep: No such file");
  MakeEntry("debian-6.99");
  fs::resize_file(entry / "kernel.json", 20);
  expect_damage("kernel.json is missing or unreadable");
  fs::remove(entry / "kernel.json");
  expect_damage("kernel.json is missing or unreadable");
  WriteWhole(entry / "kernel.json", R"({"name": 7, "files": []})");
  expect_damage("kernel.json is missing or unreadable");
}

TEST_F(KernelStoreTest, WhatIsBeingUnpackedIsNoEntry) {
  File("cache/.unpacking-1/entry/vmlinux", "half");
  EXPECT_THAT(store_.Entries(), IsEmpty());
}

TEST_F(KernelStoreTest, GivenImageIsUnpackedOnceForItsContent) {
  const std::string vmlinux = FakeVmlinux();
  const std::string payload = Compressed(folder_, {"gzip", "gzip"}, {"-n", "-c"}, vmlinux);
  const fs::path image = File("boot/bzImage", FakeBzImage(payload));
  File("modules/modules.dep", "");
  File("modules/modules.builtin", AllBuiltIn());
  const Kernel kernel = store_.FromFiles(image, folder_ / "modules");
  EXPECT_EQ(kernel.name, image);
  EXPECT_EQ(kernel.release, kRelease);
  EXPECT_EQ(kernel.modules, folder_ / "modules");
  EXPECT_TRUE(ReadWhole(kernel.image) == vmlinux);
  EXPECT_EQ(kernel.image.parent_path(), kernel.folder);
  EXPECT_EQ(store_.FromFiles(image, folder_ / "modules").folder, kernel.folder);

  // A damaged copy is made anew without a word.
  fs::resize_file(kernel.image, 7);
  EXPECT_EQ(store_.FromFiles(image, folder_ / "modules").image, kernel.image);
  EXPECT_TRUE(ReadWhole(kernel.image) == vmlinux);

  // Another image in the same place replaces it.
  WriteWhole(image, FakeBzImage(payload) + "signed anew");
  const Kernel rebuilt = store_.FromFiles(image, folder_ / "modules");
  EXPECT_NE(rebuilt.folder, kernel.folder);
  EXPECT_FALSE(fs::exists(kernel.folder));
  EXPECT_THAT(store_.Entries(), SizeIs(1));
}

TEST_F(KernelStoreTest, GivenVmlinuxIsLinkedAndItsConfigRead) {
  const std::string config = Compressed(folder_, {"gzip", "gzip"}, {"-n", "-c"}, FakeConfig());
  const fs::path image = File("vmlinux", FakeVmlinux() + "IKCFG_ST" + config + "IKCFG_ED");
  const Kernel kernel = store_.FromFiles(image, {});
  EXPECT_EQ(fs::read_symlink(kernel.image), image);
  EXPECT_EQ(ReadWhole(kernel.config), FakeConfig());
  EXPECT_EQ(kernel.modules, "");
}

TEST_F(KernelStoreTest, ConfigBesideAGivenImageTellsThatModulesAreMissing) {
  const fs::path image = File("boot/vmlinuz", FakeVmlinux());
  File(fmt::format("boot/config-{}", kRelease), FakeConfig("CONFIG_VETH=m"));
  EXPECT_THAT(Giving(image, {}),
              ThrowsMessage<MissingCapability>(
                  AllOf(HasSubstr("the module veth (CONFIG_VETH=m)"), HasSubstr("--modules DIR"))));
}

TEST_F(KernelStoreTest, ModulesThatChangedAreAnotherKernel) {
  const fs::path image = File("vmlinux", FakeVmlinux());
  File("modules/modules.dep", "veth.ko:\n");
  File("modules/modules.builtin", AllBuiltIn());
  File("modules/veth.ko", "one");
  const Kernel kernel = store_.FromFiles(image, folder_ / "modules");
  File("modules/veth.ko", "two");
  EXPECT_NE(store_.FromFiles(image, folder_ / "modules").folder, kernel.folder);
}

TEST_F(KernelStoreTest, GivenFilesThatWillNotDoAreTold) {
  const fs::path image = File("vmlinux", FakeVmlinux());
  EXPECT_THAT(Giving(folder_ / "none", {}), Throws(AllOf(HasSubstr("none"), HasSubstr("ENOENT"))));
  EXPECT_THAT(Giving(folder_, {}), Throws(HasSubstr("it is a folder")));
  EXPECT_THAT(Giving(File("text", "hello"), {}), Throws(HasSubstr("neither a bzImage nor a")));
  EXPECT_THAT(Giving(File("empty", ""), {}), Throws(HasSubstr("neither a bzImage nor a")));
  EXPECT_THAT(Giving(image, folder_), Throws(HasSubstr("it has no modules.dep; give the folder")));
  EXPECT_THAT(Giving(File("no-pvh", FakeVmlinux(false)), {}),
              ThrowsMessage<MissingCapability>(HasSubstr("CONFIG_PVH")));
  File("modules/modules.dep", "veth.ko:\n");
  File("modules/modules.builtin", AllBuiltIn());
  File("modules/veth.ko", "vermagic=5.4.0-other SMP");
  EXPECT_THAT(Giving(image, folder_ / "modules"),
              Throws(AllOf(HasSubstr("belong to 5.4.0-other"), HasSubstr(kRelease))));
  File("modules/modules.builtin", AllBuiltIn("nft_ct"));
  EXPECT_THAT(Giving(image, folder_ / "modules"),
              ThrowsMessage<MissingCapability>(HasSubstr("CONFIG_NFT_CT")));
  EXPECT_THAT(store_.Entries(), IsEmpty());
}

}  // namespace
}  // namespace halfopen

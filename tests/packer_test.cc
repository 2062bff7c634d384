// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/packer.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "harness/venue/init/cpio_unpack.h"
#include "harness/venue/program_needs.h"
#include "harness/venue/whole_file.h"
#include "netns/error.h"
#include "tests/fake_kernel.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsNull;

constexpr char kStatic[] = HALFOPEN_TINY_STATIC;
constexpr char kDynamic[] = HALFOPEN_TINY_DYNAMIC;

class PackerTest : public FolderTest {
 protected:
  // A copy of the dynamic program that wants a library which nobody has.
  fs::path ProgramWithoutItsLibrary() {
    std::string bytes = ReadWhole(kDynamic);
    constexpr std::string_view kName = "libc.so.6";
    for (std::size_t at = 0; (at = bytes.find(kName, at)) != std::string::npos; ++at) {
      bytes.replace(at, kName.size(), "libq.so.6");
    }
    return Executable("broken", bytes);
  }
  fs::path Executable(const std::string& name, const std::string& content) {
    const fs::path file = File(name, content);
    fs::permissions(file, fs::perms(0755));
    return file;
  }
  // Unpacks it as a guest does, below a folder that plays its root.
  fs::path Unpacked(const Packer& packer) {
    const fs::path root = folder_ / "root";
    fs::create_directory(root);
    const std::string bytes = packer.archive().Finish();
    EXPECT_THAT(UnpackCpio(root.c_str(), bytes.data(), bytes.size()), IsNull());
    return root;
  }
  // Where a path of this machine lies below that folder.
  static fs::path In(const fs::path& root, const fs::path& path) {
    return root / path.relative_path();
  }
};

TEST_F(PackerTest, StaticProgramNeedsNothing) {
  const ProgramNeeds needs = NeedsOf(kStatic);
  EXPECT_THAT(needs.libraries, IsEmpty());
  EXPECT_THAT(needs.missing, IsEmpty());
  Packer packer;
  packer.AddProgram(kStatic);
  const fs::path there = In(Unpacked(packer), fs::canonical(kStatic));
  EXPECT_EQ(fs::status(there).permissions(), fs::perms(0755));
  EXPECT_EQ(ReadWhole(there), ReadWhole(kStatic));
}

TEST_F(PackerTest, DynamicProgramTakesItsLoaderAndLibraries) {
  EXPECT_THAT(NeedsOf(kDynamic).libraries,
              AllOf(Contains(fs::path("/lib64/ld-linux-x86-64.so.2")),
                    Contains(testing::Property(&fs::path::filename, fs::path("libc.so.6")))));
  Packer packer;
  packer.AddProgram(kDynamic);
  const fs::path loader = fs::canonical("/lib64/ld-linux-x86-64.so.2");
  EXPECT_TRUE(fs::is_regular_file(In(Unpacked(packer), loader)));
}

TEST_F(PackerTest, MissingLibraryIsNamedWithItsProgram) {
  const fs::path program = ProgramWithoutItsLibrary();
  Packer packer;
  try {
    packer.AddProgram(program);
    FAIL() << "nothing was said";
  } catch (const EnvironmentError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("pack " + fs::canonical(program).string()),
                                    HasSubstr("it needs the library libq.so.6")));
  }
  // One in a folder may be a module that nobody loads.
  Packer().AddFile(folder_);
}

TEST_F(PackerTest, ProgramOfAnotherArchitectureIsRefused) {
  std::string bytes = ReadWhole(kStatic);
  bytes[18] = 40;  // e_machine: EM_ARM
  EXPECT_THAT(NeedsOf(Executable("arm", bytes)).missing,
              ElementsAre("a machine other than x86-64"));
}

TEST_F(PackerTest, ScriptTakesItsInterpreter) {
  EXPECT_THAT(NeedsOf(Executable("one", "#! /bin/sh -e\n")).interpreters, ElementsAre("/bin/sh"));
  EXPECT_THAT(NeedsOf(Executable("two", "#!/usr/bin/env -S A=1 sh -e\n")).interpreters,
              ElementsAre("/usr/bin/env", testing::Property(&fs::path::filename, fs::path("sh"))));
  EXPECT_THAT(NeedsOf(Executable("three", "#!/usr/bin/env nobodys-program\n")).missing,
              ElementsAre("the interpreter nobodys-program"));
  EXPECT_THAT(NeedsOf(Executable("four", "#!/nowhere/sh")).missing,
              ElementsAre("the interpreter /nowhere/sh"));
  Packer packer;
  packer.AddProgram(Executable("five", "#!/bin/sh\n"));
  EXPECT_TRUE(packer.archive().Has(fs::canonical("/bin/sh")));
  EXPECT_TRUE(packer.archive().Has(fs::canonical("/lib64/ld-linux-x86-64.so.2")));
}

TEST_F(PackerTest, LinksAreLinksAndTheirTargetsAreThere) {
  const fs::path target = Executable("programs/tool", ReadWhole(kStatic));
  fs::create_directory(folder_ / "bin");
  fs::create_directory_symlink("bin", folder_ / "sbin");
  fs::create_symlink("alternative", folder_ / "bin/tool");
  fs::create_symlink("../programs/tool", folder_ / "bin/alternative");
  Packer packer;
  packer.AddProgram(folder_ / "sbin/tool");
  const fs::path root = Unpacked(packer);
  EXPECT_EQ(fs::read_symlink(In(root, folder_ / "sbin")), "bin");
  EXPECT_EQ(fs::read_symlink(In(root, folder_ / "bin/tool")), "alternative");
  EXPECT_EQ(fs::canonical(In(root, folder_ / "sbin/tool")), fs::canonical(In(root, target)));
}

TEST_F(PackerTest, FolderTravelsWithAllThatIsInIt) {
  File("module/a/data", "a");
  File("other/b", "b");
  fs::create_symlink("../other/b", folder_ / "module/link");
  fs::create_symlink("..", folder_ / "module/a/round-and-round");
  fs::create_symlink("nowhere", folder_ / "module/dangling");
  Executable("module/plugin.so", ReadWhole(kDynamic));
  Packer packer;
  packer.AddFile(folder_ / "module");
  packer.AddFile(folder_ / "nothing-of-that-name");
  const fs::path root = Unpacked(packer);
  EXPECT_EQ(ReadWhole(In(root, folder_ / "module/a/data")), "a");
  EXPECT_EQ(ReadWhole(In(root, folder_ / "module/link")), "b");
  EXPECT_TRUE(fs::is_symlink(In(root, folder_ / "module/dangling")));
  EXPECT_TRUE(packer.archive().Has(fs::canonical("/lib64/ld-linux-x86-64.so.2")));
}

TEST_F(PackerTest, RelativePathBeginsAtTheRoot) {
  File("suite/tool", "data");
  const fs::path before = fs::current_path();
  fs::current_path(folder_ / "suite");
  Packer packer;
  packer.AddProgram("./tool");
  packer.AddFile("../suite");
  fs::current_path(before);
  const fs::path root = Unpacked(packer);
  EXPECT_EQ(ReadWhole(root / "tool"), "data");
  EXPECT_EQ(ReadWhole(root / "suite/tool"), "data");
}

TEST_F(PackerTest, ProgramOfAnUnusualFolderIsFoundByItsName) {
  const fs::path tool = Executable("opt/my-own-tool", "data");
  const std::string path = std::getenv("PATH");
  setenv("PATH", (path + ":" + (folder_ / "opt").string()).c_str(), 1);
  Packer packer;
  packer.AddProgram("my-own-tool");
  packer.AddProgram("sh");
  setenv("PATH", path.c_str(), 1);
  const fs::path root = Unpacked(packer);
  EXPECT_EQ(fs::read_symlink(root / "usr/local/bin/my-own-tool"), tool);
  EXPECT_FALSE(fs::exists(root / "usr/local/bin/sh"));
}

TEST_F(PackerTest, MissingProgramStaysBehind) {
  Packer packer;
  packer.AddProgram("nobodys-program");
  packer.AddProgram("/nowhere/tool");
  EXPECT_EQ(packer.archive().Finish(), CpioArchive().Finish());
}

}  // namespace
}  // namespace halfopen

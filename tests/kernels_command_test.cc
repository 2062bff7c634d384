// SPDX-License-Identifier: GPL-2.0-or-later
// `halfopen kernels` as a process of its own, with apt's real programs and a package source in a
// folder of this test, so that no network is needed.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "fixtures/find_program.h"
#include "tests/bad_days.h"
#include "tests/fake_kernel.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr char kPackage[] = "linux-image-6.99.7-test-cloud-amd64";
constexpr char kName[] = "debian-6.99";

class KernelsCommandTest : public BadDays {
 protected:
  void SetUp() override {
    for (const char* program : {"apt-get", "dpkg-deb", "depmod"}) {
      if (!FindProgram(program)) GTEST_SKIP() << "needs " << program;
    }
    cache_ = folder_ / "cache";
    fs::create_directories(folder_ / "source");
    fs::create_directories(folder_ / "bin");
    UseSource(fmt::format("deb [trusted=yes] file:{}/source ./", folder_.string()));
  }

  void File(const fs::path& file, std::string_view content) {
    fs::create_directories((folder_ / file).parent_path());
    WriteWhole(folder_ / file, content);
  }

  // Has apt know this source alone, and no package list of the machine's.
  void UseSource(const std::string& line) {
    File("sources.list", line + "\n");
    fs::create_directories(folder_ / "no-lists");
    File("apt.conf", fmt::format("Dir::Etc::sourcelist \"{0}/sources.list\";\n"
                                 "Dir::Etc::sourceparts \"/dev/null\";\n"
                                 "Dir::State::lists \"{0}/no-lists\";\n"
                                 "APT::Architecture \"amd64\";\n",
                                 folder_.string()));
  }

  // Puts a kernel package into the source.
  void MakeSource() {
    const std::string release = kRelease;
    const std::string payload = Compressed(folder_, {"gzip", "gzip"}, {"-n", "-c"}, FakeVmlinux());
    File("package/DEBIAN/control",
         fmt::format("Package: {}\nVersion: 1\nArchitecture: amd64\nMaintainer: nobody <n@o>\n"
                     "Description: a kernel\n",
                     kPackage));
    File("package/boot/vmlinuz-" + release, FakeBzImage(payload));
    File("package/boot/config-" + release, FakeConfig());
    File("package/lib/modules/" + release + "/modules.builtin", AllBuiltIn());
    File("package/lib/modules/" + release + "/modules.order", "");
    const fs::path package = folder_ / "source/kernel.deb";
    ASSERT_TRUE(RunTool({"dpkg-deb", "dpkg"}, {"-b", folder_ / "package", package}).ok());
    const std::string sum = RunTool({"sha256sum", "coreutils"}, {package}).output.substr(0, 64);
    File("source/Packages",
         fmt::format("Package: {}\nVersion: 1\nArchitecture: amd64\nFilename: ./kernel.deb\n"
                     "Size: {}\nSHA256: {}\n\n",
                     kPackage, fs::file_size(package), sum));
  }

  // Puts a program of this name before the real one.
  void Replace(const std::string& program, const std::string& script) {
    File("bin/" + program, "#!/bin/sh\n" + script + "\n");
    fs::permissions(folder_ / "bin" / program, fs::perms::all);
  }

  Started StartKernels(
      std::vector<std::string> arguments,
      const std::function<bool()>& before_exec = [] { return true; }) {
    arguments.insert(arguments.begin(), "kernels");
    return Start(arguments, [&] {
      const std::string path = fmt::format("{}/bin:{}", folder_.string(), std::getenv("PATH"));
      return setenv("XDG_CACHE_HOME", cache_.c_str(), 1) == 0 &&
             setenv("APT_CONFIG", (folder_ / "apt.conf").c_str(), 1) == 0 &&
             setenv("PATH", path.c_str(), 1) == 0 && before_exec();
    });
  }
  Ended Kernels(
      std::vector<std::string> arguments,
      const std::function<bool()>& before_exec = [] { return true; }) {
    return WaitFor(StartKernels(std::move(arguments), before_exec));
  }
  std::string List() { return Kernels({}).output; }
  fs::path Entries() const { return cache_ / "halfopen/kernels"; }

  fs::path cache_;
};

TEST_F(KernelsCommandTest, AddsListsAndDoesNothingTwice) {
  MakeSource();
  EXPECT_THAT(List(), HasSubstr("no kernel in"));
  const Ended added = Kernels({"add", kName});
  EXPECT_EQ(added.code, 0) << added.output;
  EXPECT_THAT(added.output, HasSubstr(fmt::format("{} is {}, in", kName, kRelease)));
  EXPECT_THAT(List(),
              AllOf(StartsWith(fmt::format("{}  {}", kName, kRelease)), HasSubstr("usable\n")));
  const fs::path entry = Entries() / kName;
  EXPECT_TRUE(ReadWhole(entry / "vmlinux") == FakeVmlinux());
  EXPECT_EQ(ReadWhole(entry / "config"), FakeConfig());
  EXPECT_TRUE(fs::exists(entry / "modules/modules.dep"));
  EXPECT_EQ(ReadWhole(entry / "modules/modules.builtin"), AllBuiltIn());

  fs::rename(folder_ / "source", folder_ / "gone");
  EXPECT_EQ(Kernels({"add", kName}).code, 0);
  fs::rename(folder_ / "gone", folder_ / "source");
  fs::resize_file(entry / "vmlinux", 7);
  EXPECT_THAT(List(), HasSubstr("damaged (vmlinux has 7 bytes instead of 4096); run: halfopen "
                                "kernels add debian-6.99"));
  EXPECT_EQ(Kernels({"add", kName}).code, 0);
  EXPECT_THAT(List(), HasSubstr("usable"));
}

TEST_F(KernelsCommandTest, TwoAtOnceAddOneKernel) {
  MakeSource();
  Started first = StartKernels({"add", kName});
  Started second = StartKernels({"add", kName});
  const Ended ends[] = {WaitFor(std::move(first)), WaitFor(std::move(second))};
  for (const Ended& ended : ends) EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(List(), HasSubstr("usable"));
}

TEST_F(KernelsCommandTest, OrdinaryUserAddsOne) {
  SkipUnlessRoot();
  MakeSource();
  const Ended ended = Kernels({"add", kName}, [] {
    return setgid(kNobody) == 0 && setuid(kNobody) == 0 && prctl(PR_SET_DUMPABLE, 1) == 0;
  });
  EXPECT_EQ(ended.code, 0) << ended.output;
  struct stat status {};
  ASSERT_EQ(stat((Entries() / kName / "vmlinux").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, kNobody);
}

TEST_F(KernelsCommandTest, SigkillLeavesNothingHalfWritten) {
  MakeSource();
  // depmod stands still when the vmlinux is there already.
  ASSERT_EQ(mkfifo((folder_ / "ready").c_str(), 0666), 0);
  Replace("depmod", fmt::format("echo > '{}/ready'; exec sleep 1000", folder_.string()));
  Started started = StartKernels({"add", kName});
  {
    const Fd ready(open((folder_ / "ready").c_str(), O_RDONLY | O_CLOEXEC));
    char byte = 0;
    EXPECT_EQ(read(ready.get(), &byte, 1), 1);
  }
  kill(started.pid, SIGKILL);
  EXPECT_EQ(WaitFor(std::move(started)).code, -SIGKILL);  // nor does depmod hold the pipe now
  EXPECT_THAT(List(), HasSubstr("no kernel in"));
  fs::remove(folder_ / "bin/depmod");
  EXPECT_EQ(Kernels({"add", kName}).code, 0);
  EXPECT_THAT(List(), HasSubstr("usable"));
  for (const fs::directory_entry& entry : fs::directory_iterator(Entries())) {
    EXPECT_FALSE(entry.path().filename().string().starts_with(".unpacking")) << entry.path();
  }
}

TEST_F(KernelsCommandTest, UnknownNameIsToldWithWhatThereIs) {
  MakeSource();
  const Ended unknown = Kernels({"add", "debian-7.7"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.output, HasSubstr("no package source has it; there are debian-6.99"));
  const Ended misspelled = Kernels({"add", "ubuntu"});
  EXPECT_EQ(misspelled.code, 2);
  EXPECT_THAT(misspelled.output, HasSubstr("names are debian-VERSION, as debian-6.12"));
  EXPECT_EQ(Kernels({"add"}).code, 2);
}

TEST_F(KernelsCommandTest, NoNetworkIsToldInAptsWords) {
  UseSource("deb [trusted=yes] http://127.0.0.1:9/ ./");
  const Ended ended = Kernels({"add", kName});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("it cannot be fetched: Failed to fetch http://127"),
                                  HasSubstr("Connection refused"),
                                  HasSubstr("run again: halfopen kernels add debian-6.99")));
}

TEST_F(KernelsCommandTest, SourceWithoutKernelsIsTold) {
  File("source/Packages", "");
  const Ended ended = Kernels({"add", kName});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("no package source of this machine has Debian's cloud"));
}

TEST_F(KernelsCommandTest, VanishedPackageIsTold) {
  MakeSource();
  fs::remove(folder_ / "source/kernel.deb");
  const Ended ended = Kernels({"add", kName});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("it cannot be fetched: "));
}

TEST_F(KernelsCommandTest, CacheThatCannotBeWrittenIsTold) {
  MakeSource();
  cache_ = "/proc/nowhere";
  const Ended ended = Kernels({"add", kName});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("set XDG_CACHE_HOME to a folder that you may write"));
}

TEST_F(KernelsCommandTest, FullDiskIsTold) {
  SkipUnlessRoot();
  MakeSource();
  const auto small_disk = [this] {
    return unshare(CLONE_NEWNS) == 0 &&
           mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           mkdir(cache_.c_str(), 0777) == 0 &&
           mount("tmpfs", cache_.c_str(), "tmpfs", 0, "size=8k") == 0;
  };
  const Ended ended = Kernels({"add", kName}, small_disk);
  EXPECT_EQ(ended.code, 2) << ended.output;
  EXPECT_THAT(ended.output, AllOf(HasSubstr("ENOSPC"), HasSubstr("set XDG_CACHE_HOME")));
}

TEST_F(KernelsCommandTest, MissingProgramIsNamedWithItsPackage) {
  MakeSource();
  // A PATH with all but gzip, which the image needs.
  for (const char* program : {"apt-get", "apt-cache", "dpkg-deb", "dpkg", "tar", "sh"}) {
    fs::create_symlink(*FindProgram(program), folder_ / "bin" / program);
  }
  const Ended ended =
      Kernels({"add", kName}, [this] { return setenv("PATH", (folder_ / "bin").c_str(), 1) == 0; });
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("'gzip' is not installed; run: sudo apt-get install gzip"));
}

}  // namespace
}  // namespace halfopen

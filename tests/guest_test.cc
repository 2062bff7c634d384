// SPDX-License-Identifier: GPL-2.0-or-later
// Bad days of guests, each with a real one: needs QEMU and a kernel in the cache, which
// HALFOPEN_TEST_KERNEL names (the first one there if it is not set).
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>

#include "fixtures/find_program.h"
#include "harness/venue/kernel_store.h"
#include "tests/bad_days.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kQemu[] = "qemu-system-x86_64";

// Reads what a process prints until `text` has come, and returns all of it.
std::string ReadUntil(const Started& started, const std::string& text) {
  std::string output;
  for (char c = 0; output.find(text) == std::string::npos; output += c) {
    if (read(started.output.get(), &c, 1) != 1) break;
  }
  return output;
}

// The QEMUs that a runner has started and that run still.
std::vector<Fd> QemusOf(pid_t runner) {
  std::vector<Fd> qemus;
  for (const pid_t pid : ProcessesNamed(std::string(kQemu).substr(0, 15))) {
    const std::string status = ReadFile(fmt::format("/proc/{}/status", pid));
    if (status.find(fmt::format("\nPPid:\t{}\n", runner)) == std::string::npos) continue;
    Fd qemu(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    if (qemu) qemus.push_back(std::move(qemu));
  }
  return qemus;
}

bool HasEnded(const Fd& process) {
  pollfd watched{process.get(), POLLIN, 0};
  return poll(&watched, 1, 10'000) == 1;
}

class GuestTest : public BadDays {
 protected:
  void SetUp() override {
    if (!FindProgram(kQemu)) GTEST_SKIP() << "needs " << kQemu;
    const KernelStore store = KernelStore::InCache();
    const char* const wanted = std::getenv("HALFOPEN_TEST_KERNEL");
    for (const Kernel& kernel : store.List()) {
      if (wanted != nullptr && kernel.name != wanted) continue;
      kernel_ = kernel;
      return;
    }
    GTEST_SKIP() << "needs a kernel in the cache: halfopen kernels add debian-6.12";
  }

  Started StartGuest(
      std::vector<std::string> arguments,
      const std::function<bool()>& before_exec = [] { return true; }) {
    arguments.insert(arguments.begin(), {"--kernel", kernel_.name});
    return StartRun(std::move(arguments), before_exec);
  }
  Ended RunGuest(
      const std::vector<std::string>& arguments,
      const std::function<bool()>& before_exec = [] { return true; }) {
    return WaitFor(StartGuest(arguments, before_exec));
  }
  std::string Console() { return ReadFile(out_ / fmt::format("console@{}.txt", kernel_.name)); }
  bool Kept(const std::string& folder) {
    return fs::exists(out_ / fmt::format("{}@{}/result.json", folder, kernel_.name));
  }

  // A cache of this test's own with the kernel in it, and with its snapshot if `booted`.
  void CopyCache(bool booted) {
    if (booted) {
      ASSERT_EQ(RunGuest({"Good.Passes"}).code, 0);
      fs::remove_all(out_);
    }
    cache_ = folder_ / "cache";
    const fs::path kernels = cache_ / "halfopen/kernels";
    fs::create_directories(kernels);
    ASSERT_EQ(std::system(fmt::format("cp -r --sparse=always --preserve=timestamps '{}' '{}'",
                                      kernel_.folder.string(), kernels.string())
                              .c_str()),
              0);
    own_ = kernels / kernel_.folder.filename();
    if (booted) return;
    for (const fs::path& snapshot : Snapshots()) fs::remove_all(snapshot);
  }
  std::vector<fs::path> Snapshots() {
    std::vector<fs::path> found;
    for (const fs::directory_entry& entry : fs::directory_iterator(own_)) {
      if (entry.path().filename().string().starts_with("snapshot-")) found.push_back(entry.path());
    }
    return found;
  }
  std::function<bool()> InOwnCache() {
    return [this] { return setenv("XDG_CACHE_HOME", cache_.c_str(), 1) == 0; };
  }

  Kernel kernel_;
  fs::path cache_;
  fs::path own_;  // the kernel's folder in it
};

TEST_F(GuestTest, PanicIsToldAndItsConsoleIsKept) {
  const Ended ended = RunGuest({"Good.Passes", "Guest.Panics", "Good.Skips", "-j", "1"});
  EXPECT_EQ(ended.code, 2) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("the guest's kernel died: Kernel panic - not syncing: sysrq "
                                      "triggered crash; "));
  EXPECT_THAT(ended.output, HasSubstr("its console: "));
  EXPECT_THAT(Console(), HasSubstr("sysrq triggered crash"));
  EXPECT_EQ(Verdicts()["Good.Passes"], "passed");
  EXPECT_EQ(Verdicts()["Guest.Panics"], "error");
  EXPECT_TRUE(Kept("Good.Passes.IPv4"));
  EXPECT_TRUE(fs::exists(out_ / "junit.xml"));
  // What a guest says is no longer true in the next run.
  EXPECT_EQ(RunGuest({"Good.Passes"}).code, 0);
  EXPECT_THAT(Console(), IsEmpty());
}

TEST_F(GuestTest, GuestThatSpinsMeetsTheLimitOnWallTime) {
  const Ended ended =
      RunGuest({"Good.Passes", "Guest.SpinsForEver", "-j", "1", "--wall-timeout", "4s"});
  EXPECT_EQ(ended.code, 2) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("the guest still ran after 4 s (--wall-timeout)"));
  EXPECT_EQ(Verdicts()["Good.Passes"], "passed");
}

TEST_F(GuestTest, ScenarioThatSleepsMeetsItsTimeoutInVirtualTime) {
  const Ended ended = RunGuest({"Guest.SleepsForEver", "--timeout", "1h"});
  EXPECT_EQ(ended.code, 1) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("timed out after 3600 s while waiting for: nothing"));
}

TEST_F(GuestTest, MemoryThatRunsOutTakesTheScenario) {
  const Ended ended = RunGuest({"Good.Passes", "Guest.TakesAllMemory", "-j", "1"});
  EXPECT_EQ(ended.code, 2) << ended.output;
  EXPECT_THAT(ended.output,
              HasSubstr("its memory was used up and processes were killed for it; run "
                        "fewer scenarios at once with -j"));
  EXPECT_THAT(Console(), HasSubstr("Out of memory"));
  EXPECT_EQ(Verdicts()["Guest.TakesAllMemory"], "error");
  EXPECT_EQ(Verdicts()["Good.Passes"], "passed");
}

TEST_F(GuestTest, FullMemoryOfFilesIsAnError) {
  const Ended ended = RunGuest({"Guest.FillsMemoryWithFiles"});
  EXPECT_EQ(ended.code, 2) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("ENOSPC (No space left on device)"));
}

TEST_F(GuestTest, RunnerInTheGuestThatDiesIsTold) {
  const Ended ended = RunGuest({"Good.Passes", "Guest.KillsTheRunner", "-j", "1"});
  EXPECT_EQ(ended.code, 2) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("the runner in the guest was killed by SIGKILL"));
  EXPECT_EQ(Verdicts()["Good.Passes"], "passed");
}

TEST_F(GuestTest, QemuThatIsKilledIsTold) {
  Started started = StartGuest({"Good.Passes", "Guest.SpinsForEver", "-j", "1"});
  ReadUntil(started, "passed     Good.Passes");
  const std::vector<Fd> qemus = QemusOf(started.pid);
  EXPECT_FALSE(qemus.empty());
  for (const Fd& qemu : qemus) syscall(SYS_pidfd_send_signal, qemu.get(), SIGKILL, nullptr, 0);
  const Ended ended = WaitFor(std::move(started));
  EXPECT_EQ(ended.code, 2) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("QEMU was killed by SIGKILL"));
  EXPECT_EQ(Verdicts()["Good.Passes"], "passed");
}

TEST_F(GuestTest, RunnerThatIsKilledLeavesNoGuest) {
  Started started = StartGuest({"Good.Passes", "Guest.SpinsForEver", "-j", "1"});
  ReadUntil(started, "passed     Good.Passes");
  const std::vector<Fd> qemus = QemusOf(started.pid);
  EXPECT_FALSE(qemus.empty());
  kill(started.pid, SIGKILL);
  EXPECT_EQ(WaitFor(std::move(started)).code, -SIGKILL);
  for (const Fd& qemu : qemus) EXPECT_TRUE(HasEnded(qemu));
  EXPECT_TRUE(Kept("Good.Passes.IPv4"));
}

TEST_F(GuestTest, InterruptKeepsWhatEnded) {
  Started started = StartGuest({"Good.Passes", "Guest.SpinsForEver", "-j", "1"});
  ReadUntil(started, "passed     Good.Passes");
  kill(started.pid, SIGINT);
  const Ended ended = WaitFor(std::move(started));
  EXPECT_EQ(ended.code, 130) << ended.output;
  EXPECT_EQ(Verdicts(), (std::map<std::string, std::string>{{"Good.Passes", "passed"},
                                                            {"Guest.SpinsForEver", "error"}}));
}

TEST_F(GuestTest, BootThatIsInterruptedOrKilledLeavesNothing) {
  CopyCache(false);
  Started killed = StartGuest({"Good.Passes"}, InOwnCache());
  ReadUntil(killed, "is kept\n");
  kill(killed.pid, SIGKILL);
  EXPECT_EQ(WaitFor(std::move(killed)).code, -SIGKILL);

  Started interrupted = StartGuest({"Good.Passes"}, InOwnCache());
  ReadUntil(interrupted, "is kept\n");
  kill(interrupted.pid, SIGINT);
  const Ended ended = WaitFor(std::move(interrupted));
  EXPECT_EQ(ended.code, 130) << ended.output;
  EXPECT_EQ(Verdicts()["Good.Passes"], "error");

  EXPECT_EQ(RunGuest({"Good.Passes"}, InOwnCache()).code, 0);
  EXPECT_EQ(Snapshots().size(), 1U);
}

TEST_F(GuestTest, DamagedSnapshotIsTakenAnewAndIsTheSame) {
  CopyCache(true);
  for (const fs::path& other : Snapshots()) {
    if (!fs::exists(kernel_.folder / other.filename() / "snapshot.json")) fs::remove_all(other);
  }
  ASSERT_EQ(Snapshots().size(), 1U);
  const fs::path snapshot = Snapshots().front();
  {
    std::fstream state(snapshot / "state", std::ios::in | std::ios::out);
    state.seekp(1000) << "garbage";
  }
  const Ended ended = RunGuest({"Good.Passes"}, InOwnCache());
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("once again, for its snapshot is damaged (state is not what "
                                      "was recorded)"));
  // Two boots leave the same memory. (The devices' state has QEMU's own time of the host in it,
  // which a clock that counts instructions does not use.)
  const auto ram = [&](const fs::path& folder) {
    return nlohmann::json::parse(ReadFile(folder / snapshot.filename() / "snapshot.json"))["ram"];
  };
  EXPECT_EQ(ram(own_), ram(kernel_.folder));
}

TEST_F(GuestTest, CacheThatMayNotBeWrittenServesItsSnapshot) {
  SkipUnlessRoot();
  if (IsSkipped()) return;
  CopyCache(true);
  const auto read_only = [this](bool with_snapshot) {
    return [this, with_snapshot] {
      if (!with_snapshot) {
        for (const fs::path& snapshot : Snapshots()) fs::remove_all(snapshot);
      }
      return setenv("XDG_CACHE_HOME", cache_.c_str(), 1) == 0 && unshare(CLONE_NEWNS) == 0 &&
             mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
             mount(cache_.c_str(), cache_.c_str(), nullptr, MS_BIND, nullptr) == 0 &&
             mount(nullptr, cache_.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) ==
                 0;
    };
  };
  const Ended with = RunGuest({"Good.Passes"}, read_only(true));
  EXPECT_EQ(with.code, 0) << with.output;
  const Ended without = RunGuest({"Good.Passes"}, read_only(false));
  EXPECT_EQ(without.code, 2);
  EXPECT_THAT(without.output, AllOf(HasSubstr("EROFS"), HasSubstr("set XDG_CACHE_HOME")));
}

TEST_F(GuestTest, FullDiskWhileASnapshotIsTakenIsTold) {
  SkipUnlessRoot();
  if (IsSkipped()) return;
  CopyCache(false);
  const auto small_disk = [this] {
    const fs::path disk = folder_ / "disk";
    return fs::create_directory(disk) && unshare(CLONE_NEWNS) == 0 &&
           mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=120m") == 0 &&
           std::system(
               fmt::format("cp -r '{}/halfopen' '{}'", cache_.string(), disk.string()).c_str()) ==
               0 &&
           std::system(fmt::format("head -c $(($(stat -f -c '%a*%S' '{0}') - 20000000)) /dev/zero "
                                   "> '{0}/used'",
                                   disk.string())
                           .c_str()) == 0 &&
           setenv("XDG_CACHE_HOME", disk.c_str(), 1) == 0;
  };
  const Ended ended = RunGuest({"Good.Passes"}, small_disk);
  EXPECT_EQ(ended.code, 2) << ended.output;
  EXPECT_THAT(ended.output, AllOf(HasSubstr("ENOSPC"), HasSubstr("free 200 MB in")));
}

TEST_F(GuestTest, FullOutKeepsTheRestAndIsTold) {
  SkipUnlessRoot();
  if (IsSkipped()) return;
  const auto small_disk = [this] {
    return unshare(CLONE_NEWNS) == 0 &&
           mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           mkdir(out_.c_str(), 0777) == 0 &&
           mount("tmpfs", out_.c_str(), "tmpfs", 0, "size=1m") == 0;
  };
  const Ended ended = RunGuest({"Bad.FillsTheDisk", "Good.Passes", "-j", "1"}, small_disk);
  EXPECT_EQ(ended.code, 2) << ended.output;
  EXPECT_THAT(ended.output, AllOf(HasSubstr("error      Bad.FillsTheDisk"),
                                  HasSubstr("ENOSPC (No space left on device)"),
                                  HasSubstr("passed     Good.Passes")));
}

TEST_F(GuestTest, EqualRunsLeaveEqualBytes) {
  const std::vector<std::string> arguments = {"Testbed.UsesEveryPart",
                                              "Good.*",
                                              "Guest.TellsItsRandomness",
                                              "--shuffle",
                                              "--seed",
                                              "7",
                                              "--repeat",
                                              "2"};
  const auto evidence = [this] {
    std::map<std::string, std::string> files;
    for (const auto& file : fs::recursive_directory_iterator(out_)) {
      const fs::path name = file.path().lexically_relative(out_);
      if (file.is_regular_file() && name.has_parent_path()) files[name] = ReadFile(file.path());
    }
    return files;
  };
  const Ended first = RunGuest(arguments);
  EXPECT_EQ(first.code, 0) << first.output;
  const std::map<std::string, std::string> files = evidence();
  EXPECT_GT(files.size(), 20U);
  EXPECT_EQ(RunGuest(arguments).code, 0);
  const std::map<std::string, std::string> again = evidence();
  EXPECT_EQ(files.size(), again.size());
  for (const auto& [name, content] : files) {
    EXPECT_TRUE(again.contains(name) && again.at(name) == content) << name << " differs";
  }
}

TEST_F(GuestTest, ControlsAndRepeatsAreAsOnTheHost) {
  const Ended ended =
      RunGuest({"--control", "--repeat", "2", "-j", "256", "--family", "4", "Good.*:Vacuous.*"});
  EXPECT_EQ(ended.code, 1) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("10 controls, 6 red, 4 vacuous"));
  EXPECT_THAT(ended.output, HasSubstr("4 passed, 4 failed, 2 skipped\n"));
  EXPECT_TRUE(Kept("Good.NeedsBothCauses.IPv4.control-2.2"));
}

TEST_F(GuestTest, ProgramsAndFilesTravel) {
  const Ended ended = RunGuest({"Travel.*", "NetcatTravels.*"});
  EXPECT_EQ(ended.code, 0) << ended.output;
  const auto output = [this](const std::string& name) {
    return ReadFile(out_ / fmt::format("Travel.{}.IPv4@{}/output.txt", name, kernel_.name));
  };
  EXPECT_EQ(output("StaticProgramStarts"), "tiny is here\n");
  EXPECT_EQ(output("DynamicProgramStarts"), "tiny is here\n");
  EXPECT_EQ(output("ScriptFindsItsInterpreterAndItsData"), "the data is here\n");
}

TEST_F(GuestTest, ProgramThatIsNotInstalledIsMissingInTheGuestToo) {
  const auto hidden = [this] {
    for (const char* program : {kQemu, "sh"}) {
      fs::create_symlink(*FindProgram(program), folder_ / program);
    }
    return setenv("PATH", folder_.c_str(), 1) == 0;
  };
  const Ended ended = RunGuest({"NetcatTravels.Listens", "--family", "4", "--require"}, hidden);
  EXPECT_EQ(ended.code, 2) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("run: sudo apt-get install netcat-openbsd"));
}

TEST_F(GuestTest, ProgramThatNobodyNamedIsAnErrorOfTheAuthors) {
  const Ended ended = RunGuest({"Testbed.StartsAProgramInSecret", "--family", "4"});
  EXPECT_EQ(ended.code, 2) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("the program 'nc' has not travelled into the guest: say "
                                      "UsesProgram(\"nc\") beside the story"));
}

TEST_F(GuestTest, ShardWithoutScenariosBootsNothing) {
  const Ended ended = RunGuest({"Good.*"}, [] {
    return setenv("GTEST_TOTAL_SHARDS", "50", 1) == 0 && setenv("GTEST_SHARD_INDEX", "49", 1) == 0;
  });
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output, AllOf(HasSubstr("this shard has no scenario"), Not(HasSubstr(" : 1"))));
}

TEST_F(GuestTest, OrdinaryUserRunsGuests) {
  SkipUnlessRoot();
  if (IsSkipped()) return;
  CopyCache(true);
  ASSERT_EQ(std::system(fmt::format("chown -R {} '{}'", kNobody, cache_.string()).c_str()), 0);
  const Ended ended = RunGuest({"Good.Passes"}, [this] {
    return setenv("XDG_CACHE_HOME", cache_.c_str(), 1) == 0 && setgid(kNobody) == 0 &&
           setuid(kNobody) == 0 && prctl(PR_SET_DUMPABLE, 1) == 0;
  });
  EXPECT_EQ(ended.code, 0) << ended.output;
}

TEST_F(GuestTest, NoQemuIsToldWithItsPackage) {
  // Nothing of an earlier run is lost over it.
  ASSERT_EQ(RunGuest({"Good.Passes"}).code, 0);
  const Ended ended =
      RunGuest({"Good.Passes"}, [this] { return setenv("PATH", folder_.c_str(), 1) == 0; });
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("run: sudo apt-get install qemu-system-x86\n"));
  EXPECT_TRUE(Kept("Good.Passes.IPv4"));
}

TEST_F(BadDays, NoKernelIsToldWithTheCommandThatAddsIt) {
  const auto empty_cache = [this] { return setenv("XDG_CACHE_HOME", folder_.c_str(), 1) == 0; };
  const Ended ended = Run({"Good.Passes", "--kernel", "debian-6.12"}, empty_cache);
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("run: halfopen kernels add debian-6.12\n"));
  EXPECT_FALSE(fs::exists(out_));
}

TEST_F(BadDays, KernelThatIsNoneIsTold) {
  const auto empty_cache = [this] { return setenv("XDG_CACHE_HOME", folder_.c_str(), 1) == 0; };
  std::ofstream(folder_ / "text") << "no kernel";
  Ended ended = Run({"Good.Passes", "--kernel", folder_ / "text"}, empty_cache);
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("neither a bzImage nor a vmlinux"));
  ended = Run({"Good.Passes", "--kernel", folder_ / "nowhere"}, empty_cache);
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("nowhere: ENOENT"));
}

TEST_F(BadDays, ModulesWithoutAKernelAreRefused) {
  const Ended ended = Run({"Good.Passes", "--modules", folder_});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("--kernel path/to/bzImage --modules DIR"));
  EXPECT_FALSE(fs::exists(out_));
}

}  // namespace
}  // namespace halfopen

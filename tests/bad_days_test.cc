// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/bad_days.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "netns/fd.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

TEST_F(BadDays, UnknownFilterNamesTheNearestScenarios) {
  const Ended ended = Run({"Goood.Pases"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("near it: Good.Passes"));
  EXPECT_FALSE(fs::exists(out_));
}

TEST_F(BadDays, UnknownFlagIsExitTwoWithAHint) {
  const Ended ended = Run({"--bogus"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("--bogus"), HasSubstr("--help")));
}

TEST_F(BadDays, NoCommandIsHelpAndExitTwo) {
  const Ended ended = WaitFor(Start({}));
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("doctor"));
}

TEST_F(BadDays, DuplicateNamesNameBothPlaces) {
  const Ended ended = Run({"Good.Passes"}, [] { return setenv("BAD_DUPLICATE", "1", 1) == 0; });
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("bad.cc:"), HasSubstr("elsewhere.cc:7")));
}

TEST_F(BadDays, EveryEndHasItsVerdictAndItsWords) {
  const Ended ended = Run({"Good.*:Bad.*-Bad.Hangs:Bad.FillsTheDisk"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(Verdicts(), (std::map<std::string, std::string>{{"Good.Passes", "passed"},
                                                            {"Good.NeedsBothCauses", "passed"},
                                                            {"Good.Skips", "skipped"},
                                                            {"Bad.Fails", "failed"},
                                                            {"Bad.Segfaults", "crashed"},
                                                            {"Bad.Exits", "crashed"},
                                                            {"Bad.Throws", "error"},
                                                            {"Bad.MeetsAnError", "error"}}));
  EXPECT_THAT(ended.output, HasSubstr("killed by SIGSEGV (Segmentation fault)"));
  EXPECT_THAT(ended.output, HasSubstr("before the crash"));
  EXPECT_THAT(ended.output, HasSubstr("the scenario called exit(3) before its end"));
  EXPECT_THAT(ended.output, HasSubstr("the story threw"));
  EXPECT_THAT(ended.output, HasSubstr("run 'Bad.Fails/IPv4'      evidence: "));
  EXPECT_THAT(ended.output, HasSubstr("no such device; remedy: modprobe it"));
  EXPECT_THAT(ended.output, EndsWith("2 passed, 5 failed, 1 skipped\n"));
  EXPECT_EQ(ReadFile(out_ / "Good.Passes.IPv4/output.txt"), "all is well\n");
}

TEST_F(BadDays, ErrorsAloneAreExitTwo) {
  EXPECT_EQ(Run({"Bad.Throws:Good.Passes"}).code, 2);
  EXPECT_EQ(Run({"Bad.Throws:Bad.Fails"}).code, 1);
}

TEST_F(BadDays, RequireTurnsASkipIntoAnError) {
  EXPECT_EQ(Run({"Good.Skips"}).code, 0);
  EXPECT_EQ(Run({"Good.Skips", "--require"}).code, 2);
}

TEST_F(BadDays, HangTimesOutAndSaysWhatItWaitedFor) {
  MakeReadyFifo();
  const Ended ended = WaitFor(StartHanging({"--timeout", "1s"}));
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output,
              HasSubstr("timed out after 1 s while waiting for: client.Await(CLOSE-WAIT)"));
  EXPECT_EQ(Verdicts()["Bad.Hangs"], "timed_out");
  EXPECT_TRUE(ProcessesNamed(marker_).empty());
}

TEST_F(BadDays, InterruptKeepsWhatEndedAndKillsTheRest) {
  for (const int signal : {SIGINT, SIGTERM}) {
    fs::remove(folder_ / "ready");
    MakeReadyFifo();
    // One at a time in the order of registration: the first hangs, the second never starts.
    Started started = StartHanging({"Vacuous.NamesNoCause", "-j", "1"});
    kill(started.pid, signal);
    const Ended ended = WaitFor(std::move(started));
    EXPECT_EQ(ended.code, 130) << ended.output;
    EXPECT_TRUE(ProcessesNamed(marker_).empty());
    const nlohmann::json results = Results();
    ASSERT_EQ(results["scenarios"].size(), 2U);
    for (const auto& scenario : results["scenarios"]) {
      EXPECT_EQ(scenario["verdict"], "error");
      EXPECT_EQ(scenario["reason"], "interrupted");
    }
  }
}

TEST_F(BadDays, SigkillOfTheRunnerLeavesNoProcess) {
  MakeReadyFifo();
  Started started = StartHanging({});
  std::vector<Fd> left;
  for (const pid_t pid : ProcessesNamed(marker_)) {
    left.emplace_back(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  }
  ASSERT_GE(left.size(), 1U);
  kill(started.pid, SIGKILL);
  EXPECT_EQ(WaitFor(std::move(started)).code, -SIGKILL);
  // The kernel ends them; a pidfd tells when it has.
  for (const Fd& process : left) {
    pollfd watched{process.get(), POLLIN, 0};
    EXPECT_EQ(poll(&watched, 1, -1), 1);
  }
}

TEST_F(BadDays, FullDiskIsAnErrorInWordsAndTheRunGoesOn) {
  SkipUnlessRoot();
  const auto small_disk = [this] {
    return unshare(CLONE_NEWNS) == 0 &&
           mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           mkdir(out_.c_str(), 0777) == 0 &&
           mount("tmpfs", out_.c_str(), "tmpfs", 0, "size=1m") == 0;
  };
  const Ended ended = Run({"Bad.FillsTheDisk", "Good.Passes", "-j", "1"}, small_disk);
  EXPECT_EQ(ended.code, 2) << ended.output;
  EXPECT_THAT(ended.output, AllOf(HasSubstr("error      Bad.FillsTheDisk"),
                                  HasSubstr("ENOSPC (No space left on device)")));
  EXPECT_THAT(ended.output, HasSubstr("Good.Passes"));
  EXPECT_THAT(ended.output, HasSubstr("skipped\n"));
}

TEST_F(BadDays, ControlFindsVacuousScenarios) {
  const Ended ended = Run({"--control", "Good.*:Vacuous.*"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output, HasSubstr("vacuous: Vacuous.IgnoresItsCause/IPv4 stays green although "
                                      "\"the cable is cut\" was withheld"));
  EXPECT_THAT(ended.output, HasSubstr("vacuous: Vacuous.NamesNoCause/IPv4 names no cause"));
  EXPECT_THAT(ended.output, HasSubstr("5 controls, 3 red, 2 vacuous"));
  EXPECT_THAT(ended.output, EndsWith("2 passed, 2 failed, 1 skipped\n"));
  EXPECT_TRUE(fs::exists(out_ / "Good.NeedsBothCauses.IPv4.control-2/result.json"));
  EXPECT_EQ(Run({"--control", "Good.*"}).code, 0);
}

TEST_F(BadDays, OutThatCannotBeMadeIsExitTwoAtTheStart) {
  const Ended ended = WaitFor(Start({"run", "--out", "/proc/nowhere", "Good.Passes"}));
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("--out"), HasSubstr("/proc/nowhere")));
}

TEST_F(BadDays, EarlierRunGoesAndEverythingElseStays) {
  EXPECT_EQ(Run({"Good.*"}).code, 0);
  fs::create_directories(out_ / "notes");
  std::ofstream(out_ / "notes/result.json") << "{}";
  fs::create_directories(out_ / "My.Own.IPv4");
  fs::create_directories(folder_ / "elsewhere");
  std::ofstream(folder_ / "elsewhere/result.json") << "{}";
  fs::create_directory_symlink(folder_ / "elsewhere", out_ / "A.Link.IPv4");
  EXPECT_EQ(Run({"Good.Passes"}).code, 0);
  EXPECT_FALSE(fs::exists(out_ / "Good.Skips.IPv4"));
  EXPECT_TRUE(fs::exists(out_ / "notes/result.json"));
  EXPECT_TRUE(fs::exists(out_ / "My.Own.IPv4"));
  EXPECT_TRUE(fs::exists(out_ / "A.Link.IPv4/result.json"));
  EXPECT_EQ(Run({"Good.Skips", "--keep"}).code, 0);
  EXPECT_TRUE(fs::exists(out_ / "Good.Passes.IPv4/result.json"));
}

TEST_F(BadDays, RepeatsHaveFoldersOfTheirOwn) {
  const auto count_outputs = [this] {
    int outputs = 0;
    for (const char* name : {"Good.Passes.IPv4", "Good.Passes.IPv4.2", "Good.Passes.IPv4.3"}) {
      EXPECT_TRUE(fs::exists(out_ / name / "result.json")) << name;
      outputs += fs::exists(out_ / name / "output.txt") ? 1 : 0;
    }
    return outputs;
  };
  EXPECT_EQ(Run({"Good.Passes", "--repeat", "3"}).code, 0);
  EXPECT_EQ(count_outputs(), 1) << "two of three have nothing new to show";
  EXPECT_EQ(Run({"Good.Passes", "--repeat", "3", "--keep"}).code, 0);
  EXPECT_EQ(count_outputs(), 3);
}

TEST_F(BadDays, FailedRepeatsKeepTheirEvidence) {
  EXPECT_EQ(Run({"Bad.Fails", "--repeat", "3"}).code, 1);
  for (const char* name : {"Bad.Fails.IPv4", "Bad.Fails.IPv4.2", "Bad.Fails.IPv4.3"}) {
    EXPECT_TRUE(fs::exists(out_ / name / "output.txt")) << name;
  }
}

TEST_F(BadDays, WhatAKilledRunLeftGoesWithTheNext) {
  fs::create_directories(out_ / "My.Own.IPv6");
  std::ofstream(out_ / "My.Own.IPv6/journal.jsonl") << "{";
  EXPECT_EQ(Run({"Good.Passes"}).code, 0);
  EXPECT_FALSE(fs::exists(out_ / "My.Own.IPv6"));
}

TEST_F(BadDays, ShardsRunEveryScenarioOnce) {
  int scenarios = 0;
  for (const char* index : {"0", "1"}) {
    EXPECT_EQ(Run({"Good.*"},
                  [index] {
                    return setenv("GTEST_TOTAL_SHARDS", "2", 1) == 0 &&
                           setenv("GTEST_SHARD_INDEX", index, 1) == 0;
                  })
                  .code,
              0);
    scenarios += static_cast<int>(Results()["scenarios"].size());
  }
  EXPECT_EQ(scenarios, 3);
}

TEST_F(BadDays, GoogleTestFlagsRunInProcess) {
  const Ended list = WaitFor(Start({"--gtest_list_tests"}));
  EXPECT_EQ(list.code, 0);
  EXPECT_THAT(list.output, HasSubstr("Passes/IPv4"));
  const Ended passes = WaitFor(Start({"--gtest_filter=Good.Passes/IPv4"}));
  EXPECT_EQ(passes.code, 0);
  EXPECT_THAT(passes.output, HasSubstr("[  PASSED  ] 1 test."));
  EXPECT_EQ(WaitFor(Start({"--gtest_filter=Bad.MeetsAnError/IPv4"})).code, 1);
}

TEST_F(BadDays, OrdinaryUserRunsInAUserNamespace) {
  SkipUnlessRoot();
  const Ended ended = Run({"Good.Passes"}, [] {
    return setgid(kNobody) == 0 && setuid(kNobody) == 0 && prctl(PR_SET_DUMPABLE, 1) == 0;
  });
  if (ended.output.find("CLONE_NEWUSER") != std::string::npos) GTEST_SKIP() << ended.output;
  EXPECT_EQ(ended.code, 0) << ended.output;
  struct stat status {};
  ASSERT_EQ(stat((out_ / "results.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, kNobody);
}

// As sudo would, called by another user.
bool BecomeSudo() {
  return setenv("SUDO_UID", "65534", 1) == 0 && setenv("SUDO_GID", "65534", 1) == 0;
}

void ExpectAllIsNobodys(const fs::path& folder) {
  int entries = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    struct stat status {};
    ASSERT_EQ(lstat(entry.path().c_str(), &status), 0) << entry.path();
    EXPECT_EQ(status.st_uid, kNobody) << entry.path();
    EXPECT_EQ(status.st_gid, kNobody) << entry.path();
    ++entries;
  }
  EXPECT_GT(entries, 10);
}

TEST_F(BadDays, SudoEvidenceBelongsToItsUser) {
  SkipUnlessRoot();
  // What a crash left is put in order, and a program writes into its folder, as well.
  out_ = folder_ / "made/on/the/way";
  EXPECT_EQ(Run({"Good.Passes:Testbed.DiesInTheMiddle:Words.*"}, BecomeSudo).code, 2);
  ExpectAllIsNobodys(folder_ / "made");
  EXPECT_TRUE(fs::exists(out_ / "Testbed.DiesInTheMiddle.IPv4/timeline.json"));
  EXPECT_EQ(WaitFor(Start({"report", out_.string()}, BecomeSudo)).code, 0);
  const fs::path merged = folder_ / "made/merged";
  EXPECT_EQ(WaitFor(Start({"merge", out_.string(), "--out", merged.string()}, BecomeSudo)).code, 2);
  ExpectAllIsNobodys(folder_ / "made");
}

TEST_F(BadDays, SudoInAFolderOfRootsGivesAwayWhatItMakes) {
  SkipUnlessRoot();
  fs::create_directory(out_);
  std::ofstream(out_ / "there before") << "root's";
  EXPECT_EQ(Run({"Good.Passes"}, BecomeSudo).code, 0);
  for (const auto& [name, owner] :
       std::map<std::string, uid_t>{{"", 0},
                                    {"there before", 0},
                                    {"results.json", kNobody},
                                    {"index.html", kNobody},
                                    {"Good.Passes.IPv4", kNobody},
                                    {"Good.Passes.IPv4/output.txt", kNobody}}) {
    struct stat status {};
    ASSERT_EQ(stat((out_ / name).c_str(), &status), 0) << name;
    EXPECT_EQ(status.st_uid, owner) << name;
  }
}

// What it fails of comes before its end is known.
TEST_F(BadDays, StoryWhoseProgramSomebodyKillsIsAnError) {
  const Ended ended = Run({"Testbed.LosesItsProgram", "--repeat", "20", "--require"});
  EXPECT_EQ(ended.code, 2) << ended.output;
  EXPECT_THAT(ended.output,
              HasSubstr("server nc.openbsd was killed by SIGKILL, which the story did not send"));
}

// Its scenarios see --out elsewhere.
TEST_F(BadDays, SudoWhereItsUserMayNotEnterWorks) {
  SkipUnlessRoot();
  fs::permissions(folder_, fs::perms::owner_all);
  const Ended ended = Run({"Testbed.UsesEveryPart", "--require"}, BecomeSudo);
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_TRUE(fs::exists(out_ / "Testbed.UsesEveryPart.IPv4/capture.pcapng"));
}

TEST_F(BadDays, SudoOfANonsensicalUserIsRoots) {
  SkipUnlessRoot();
  for (const char* id : {"-1", "4294967295", "; touch here", "99999999999999999999"}) {
    EXPECT_EQ(Run({"Good.Passes"},
                  [id] { return setenv("SUDO_UID", id, 1) == 0 && setenv("SUDO_GID", id, 1) == 0; })
                  .code,
              0);
    struct stat status {};
    ASSERT_EQ(stat((out_ / "results.json").c_str(), &status), 0);
    EXPECT_EQ(status.st_uid, 0U) << id;
  }
}

// A user namespace in which nobody may make another one, entered as an ordinary user.
bool ForbidUserNamespaces() {
  const auto write_file = [](const std::string& path, const std::string& text) {
    const Fd fd(open(path.c_str(), O_WRONLY));
    return write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
  };
  // Only a process outside may map more than its own user.
  const Fd unshared(eventfd(0, 0));
  const pid_t target = getpid();
  const pid_t mapper = fork();
  if (mapper == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // where unshare(2) is refused nobody will write
    std::uint64_t value = 0;
    const std::string folder = fmt::format("/proc/{}/", target);
    const bool mapped = read(unshared.get(), &value, sizeof value) == sizeof value &&
                        write_file(folder + "uid_map", "0 0 1\n65534 65534 1\n") &&
                        write_file(folder + "gid_map", "0 0 1\n65534 65534 1\n");
    _exit(mapped ? 0 : 1);
  }
  const std::uint64_t one = 1;
  int status = 1;
  return unshare(CLONE_NEWUSER) == 0 && write(unshared.get(), &one, sizeof one) == sizeof one &&
         waitpid(mapper, &status, 0) == mapper && status == 0 &&
         write_file("/proc/sys/user/max_user_namespaces", "0") && setgid(kNobody) == 0 &&
         setuid(kNobody) == 0;
}

TEST_F(BadDays, NoPrivilegeAndNoUserNamespacesIsExitTwoWithTheRemedy) {
  SkipUnlessRoot();
  const Ended ended = Run({"Good.Passes"}, ForbidUserNamespaces);
  if (ended.code == kNotPrepared) GTEST_SKIP() << "no user namespace to be had here (a chroot?)";
  EXPECT_EQ(ended.code, 2) << ended.output;
  EXPECT_THAT(ended.output, AllOf(HasSubstr("ENOSPC"), HasSubstr("user.max_user_namespaces"),
                                  HasSubstr("sudo sysctl")));
  EXPECT_FALSE(fs::exists(out_));
}

TEST_F(BadDays, JUnitIsWellFormed) {
  Run({"Good.*:Bad.*-Bad.Hangs:Bad.FillsTheDisk"});
  if (std::system("command -v xmllint >/dev/null") != 0) GTEST_SKIP() << "needs xmllint";
  EXPECT_EQ(std::system(fmt::format("xmllint --noout '{}'", (out_ / "junit.xml").string()).c_str()),
            0);
  EXPECT_THAT(ReadFile(out_ / "junit.xml"),
              AllOf(HasSubstr("with \\x1b[31mcolour\\x1b[0m &amp; &lt;markup&gt;"),
                    Not(HasSubstr("\x1b"))));
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// Stories and programs that try to reach what is outside of their scenario: the machine, its
// network, the runner. docs/trust.md, "Security".
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <regex>

#include "tests/bad_days.h"
#include "tests/programs/intrusions.h"

namespace halfopen {
namespace {

using testing::HasSubstr;

class Intruder : public BadDays {
 protected:
  void SetUp() override {
    // Not below /tmp, where everybody may write and scenarios do.
    std::string pattern = "/var/tmp/halfopen-test-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    outside_.folder = pattern;
    fs::permissions(pattern, fs::perms::all);
    outside_.process = getpid();
    struct stat status {};
    ASSERT_EQ(stat("/proc/self/ns/net", &status), 0);
    outside_.network = status.st_ino;
    ListenOnLoopback();
    outside_.abstract = fmt::format("halfopen-test-{}", getpid());
    abstract_ = ListenOnUnix(std::string(1, '\0') + outside_.abstract);
    // Where an ordinary user makes none there is none to be reached.
    outside_.run_socket = fmt::format("/run/halfopen-test-{}", getpid());
    run_ = ListenOnUnix(outside_.run_socket);
    if (run_) chmod(outside_.run_socket.c_str(), 0777);
  }
  void TearDown() override {
    unlink(outside_.run_socket.c_str());
    EXPECT_TRUE(fs::is_empty(outside_.folder));
    fs::remove_all(outside_.folder);
  }

  std::string Words() const {
    return fmt::format("{} {} {} {} {} {}", outside_.port, outside_.abstract, outside_.run_socket,
                       outside_.folder, outside_.process, outside_.network);
  }

  // Runs the scenarios after `become`.
  void ExpectNobodyGotIn(const std::function<bool()>& become) {
    const Ended ended = Run({"Intrusion.*", "--family", "4"}, [&] {
      return setenv("INTRUDER", Words().c_str(), 1) == 0 && become();
    });
    if (ended.output.find("CLONE_NEWUSER") != std::string::npos) GTEST_SKIP() << ended.output;
    EXPECT_EQ(ended.code, 0) << ended.output;
    EXPECT_THAT(ended.output, HasSubstr("3 passed, 0 failed, 0 skipped"));
  }

  Outside outside_;

 private:
  void ListenOnLoopback() {
    tcp_ = Fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(bind(tcp_.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(listen(tcp_.get(), 10), 0);
    ASSERT_EQ(getsockname(tcp_.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    outside_.port = ntohs(address.sin_port);
  }

  static Fd ListenOnUnix(const std::string& name) {
    Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name.copy(address.sun_path, sizeof address.sun_path - 1);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    if (bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size) != 0) return Fd();
    listen(fd.get(), 10);
    return fd;
  }

  Fd tcp_;
  Fd abstract_;
  Fd run_;
};

// Or the other tests would show nothing.
TEST_F(Intruder, SucceedsWhereNothingIsHeldBack) {
  SkipUnlessRoot();
  EXPECT_EQ(Try(IntrusionsInto(outside_), true),
            "got in: TCP to the machine's loopback\n"
            "got in: abstract unix socket\n"
            "got in: unix socket in /run\n"
            "got in: signal to a process outside\n"
            "got in: process outside in /proc\n"
            "got in: starting network namespace\n"
            "got in: file outside\n"
            "got in: file outside by a root\n");
}

TEST_F(Intruder, OfRootGetsNowhere) {
  SkipUnlessRoot();
  ExpectNobodyGotIn([] { return true; });
}

TEST_F(Intruder, OfRootForSudoGetsNowhere) {
  SkipUnlessRoot();
  ExpectNobodyGotIn(
      [] { return setenv("SUDO_UID", "65534", 1) == 0 && setenv("SUDO_GID", "65534", 1) == 0; });
}

TEST_F(Intruder, OfAnOrdinaryUserGetsNowhere) {
  SkipUnlessRoot();
  ExpectNobodyGotIn([] {
    return setgid(kNobody) == 0 && setuid(kNobody) == 0 && prctl(PR_SET_DUMPABLE, 1) == 0;
  });
}

TEST_F(Intruder, NeitherShellNorEnvironmentReachesAProgram) {
  const Ended ended = Run({"Words.*", "--family", "4"}, [] {
    return setenv("GITHUB_TOKEN", "secret", 1) == 0 && setenv("SUDO_COMMAND", "secret", 1) == 0;
  });
  if (ended.output.find("CLONE_NEWUSER") != std::string::npos) GTEST_SKIP() << ended.output;
  EXPECT_EQ(ended.code, 0) << ended.output;
}

// A scenario's words are a program's arguments, never a shell's.
TEST(Shell, IsNowhereInTheProduct) {
  const std::regex shell(R"(\b(system|popen|wordexp)\(|"(/bin/)?(ba|da)?sh")");
  int files = 0;
  for (const char* folder : {"netns", "fixtures", "harness"}) {
    const fs::path top = fs::path(HALFOPEN_CI_FOLDER).parent_path() / folder;
    for (const auto& entry : fs::recursive_directory_iterator(top)) {
      if (entry.path().extension() != ".cc" && entry.path().extension() != ".h") continue;
      ++files;
      EXPECT_FALSE(std::regex_search(ReadFile(entry.path()), shell)) << entry.path();
    }
  }
  EXPECT_GT(files, 100);
}

}  // namespace
}  // namespace halfopen

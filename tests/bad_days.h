// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_TESTS_BAD_DAYS_H_
#define HALFOPEN_TESTS_BAD_DAYS_H_

// Runs a suite of scenarios that misbehave (tests/suites) as a process of its own, for tests that
// look at its exit code, its words, its files and at what it leaves behind.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
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
#include "tests/processes_named.h"

namespace halfopen {

namespace fs = std::filesystem;

inline constexpr char kSuite[] = HALFOPEN_BAD_SUITE;
inline constexpr uid_t kNobody = 65534;

inline std::string ReadFile(const fs::path& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// A halfopen process that was started and not waited for yet.
struct Started {
  pid_t pid;
  Fd output;
};

struct Ended {
  int code = -1;       // exit code, or minus the signal
  std::string output;  // standard output and standard error
};

// The exit code of a child whose `before_exec` failed.
inline constexpr int kNotPrepared = 99;

// Starts the suite; `before_exec` runs in the child and returns false if it could not do its part.
inline Started Start(
    const std::vector<std::string>& arguments,
    const std::function<bool()>& before_exec = [] { return true; }) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    for (const char* variable : {"GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX", "GTEST_FILTER"}) {
      unsetenv(variable);
    }
    std::vector<char*> argv{const_cast<char*>(kSuite)};
    for (const std::string& argument : arguments) {
      argv.push_back(const_cast<char*>(argument.data()));
    }
    argv.push_back(nullptr);
    // Opened first: an ordinary user may not be let into the folder that the build lies in.
    const int suite = open(kSuite, O_PATH | O_CLOEXEC);
    if (!before_exec()) _exit(kNotPrepared);
    fexecve(suite, argv.data(), environ);
    _exit(98);
  }
  close(ends[1]);
  return {pid, Fd(ends[0])};
}

inline Ended WaitFor(Started started) {
  Ended ended;
  std::array<char, 4096> buffer;
  for (ssize_t n; (n = read(started.output.get(), buffer.data(), buffer.size())) > 0;) {
    ended.output.append(buffer.data(), static_cast<std::size_t>(n));
  }
  int status = 0;
  waitpid(started.pid, &status, 0);
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return ended;
}

// A folder of its own for each test, removed afterwards.
class BadDays : public testing::Test {
 protected:
  BadDays() {
    std::string pattern = (fs::temp_directory_path() / "halfopen-bad-days-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    fs::permissions(folder_, fs::perms::all);
    out_ = folder_ / "out";
  }
  ~BadDays() override {
    std::error_code error;
    fs::remove_all(folder_, error);
  }

  Started StartRun(
      std::vector<std::string> arguments,
      const std::function<bool()>& before_exec = [] { return true; }) {
    arguments.insert(arguments.begin(), {"run", "--out", out_.string()});
    return Start(arguments, before_exec);
  }
  Ended Run(
      const std::vector<std::string>& arguments,
      const std::function<bool()>& before_exec = [] { return true; }) {
    return WaitFor(StartRun(arguments, before_exec));
  }
  nlohmann::json Results() { return nlohmann::json::parse(ReadFile(out_ / "results.json")); }
  // The verdict of each scenario: "failed".
  std::map<std::string, std::string> Verdicts() {
    std::map<std::string, std::string> verdicts;
    const nlohmann::json results = Results();
    for (const auto& scenario : results["scenarios"]) {
      if (scenario["control"].is_null()) verdicts[scenario["name"]] = scenario["verdict"];
    }
    return verdicts;
  }

  // Starts Bad.Hangs under a process name of its own and returns once it hangs.
  Started StartHanging(std::vector<std::string> arguments) {
    marker_ = fmt::format("bad-{}", getpid());
    arguments.insert(arguments.begin(), "Bad.Hangs");
    Started started = StartRun(std::move(arguments), [&] {
      return setenv("BAD_MARKER", marker_.c_str(), 1) == 0 &&
             setenv("BAD_READY", (folder_ / "ready").c_str(), 1) == 0;
    });
    // Opening a FIFO to read ends when the scenario opens it to write.
    const Fd ready(open((folder_ / "ready").c_str(), O_RDONLY | O_CLOEXEC));
    char byte = 0;
    EXPECT_EQ(read(ready.get(), &byte, 1), 1);
    EXPECT_FALSE(ProcessesNamed(marker_).empty());
    return started;
  }
  void MakeReadyFifo() { ASSERT_EQ(mkfifo((folder_ / "ready").c_str(), 0666), 0); }

  fs::path folder_;
  fs::path out_;
  std::string marker_;
};

inline void SkipUnlessRoot() {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
}

}  // namespace halfopen

#endif  // HALFOPEN_TESTS_BAD_DAYS_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/isolated_child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/sched.h>
#include <malloc.h>
#include <poll.h>
#include <sched.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "harness/record/stall.h"
#include "harness/runner/end_of_child.h"
#include "harness/runner/privilege.h"
#include "netns/error.h"
#include "netns/process_stat.h"
#include "netns/signal_words.h"

namespace halfopen {
namespace {

// For a child to end that has been told to, if somebody has stopped it, or else on the slowest
// machine that is still alive: one that is not let end leaves its sockets to the kernel.
constexpr std::chrono::milliseconds kStoppedPatience{10'000};
constexpr int kPatience = 12;  // times as long

struct Pipe {
  Fd read_end;
  Fd write_end;
};

Pipe MakePipe(std::string_view what) {
  std::array<int, 2> ends{};
  Check(pipe2(ends.data(), O_CLOEXEC), "pipe2", what);
  return {Fd(ends[0]), Fd(ends[1])};
}

// Closes every descriptor above standard error but those in `keep`.
void CloseAllBut(std::vector<int> keep) {
  std::sort(keep.begin(), keep.end());
  unsigned first = 3;
  for (const int fd : keep) {
    const auto kept = static_cast<unsigned>(fd);
    if (kept > first) close_range(first, kept - 1, 0);
    first = kept + 1;
  }
  close_range(first, ~0U, 0);
}

[[noreturn]] void RunBody(int reports, const std::function<void(int)>& body) noexcept {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (null < 0 || dup2(null, STDIN_FILENO) < 0) _exit(125);
  close(null);
  // An arena for each of a scenario's short-lived threads costs more than they could ever contend.
  mallopt(M_ARENA_MAX, 1);
  body(reports);
  _exit(0);
}

void ReportEnd(int reports, int status) {
  // The newline in front ends whatever line the body could not finish.
  const std::string line = WIFSIGNALED(status)
                               ? fmt::format("\n{{\"signaled\":{}}}\n", WTERMSIG(status))
                               : fmt::format("\n{{\"exited\":{}}}\n", WEXITSTATUS(status));
  if (write(reports, line.data(), line.size()) < 0) _exit(1);
}

// What ReportEnd() or Tell() wrote, in words.
std::string EndOfBody(const std::string& line) {
  const nlohmann::json report = nlohmann::json::parse(line, nullptr, false);
  if (!report.is_object()) return line;
  if (report.contains("given_up")) return report.value("given_up", line);
  return report.contains("signaled")
             ? "the child was " + KilledBy(report.value("signaled", 0))
             : fmt::format("the child exited with {}", report.value("exited", 0));
}

// Tells the runner why PID 1 ends the body. The newline in front ends whatever line that could not
// finish.
void Tell(int reports, const std::string& why) {
  const std::string line = fmt::format("\n{{\"given_up\":\"{}\"}}\n", why);
  if (write(reports, line.data(), line.size()) < 0) _exit(1);
}

[[noreturn]] void GiveUp(int reports, const char* call, const char* object) noexcept {
  const int error = errno;
  constexpr char kRemedy[] =
      "raise the limit on processes (ulimit -u), or run fewer at once with -j";
  Tell(reports, EnvironmentError(call, object, error, error == EAGAIN ? kRemedy : "").what());
  _exit(1);
}

// Why the child could not become what it is to be.
[[noreturn]] void Refuse(int reports, const std::string& words) {
  const std::string line = nlohmann::json{{"refused", words}}.dump() + "\n";
  if (write(reports, line.data(), line.size()) < 0) _exit(1);
  ReportEnd(reports, 0);
  _exit(1);
}

// PID 1 of the child's namespace: reaps everything, and takes the rest down with itself when the
// body has ended, when the runner is gone or says so (SIGTERM). `go` delays it until the user
// namespace has its maps.
[[noreturn]] void RunInit(int lifeline, int go, int reports, ChildWorld& world,
                          const std::function<void(int)>& body,
                          const std::function<void()>& on_orphaned) noexcept {
  setsid();
  char byte = 0;
  if (read(go, &byte, 1) != 1) _exit(1);
  close(go);
  try {
    world.Enter();
  } catch (const std::exception& error) {
    Refuse(reports, error.what());
  }

  for (const int handled : {SIGINT, SIGTERM, SIGHUP}) signal(handled, SIG_DFL);
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigaddset(&child, SIGTERM);
  sigprocmask(SIG_SETMASK, &child, nullptr);
  const pid_t body_pid = fork();
  if (body_pid < 0) GiveUp(reports, "fork", "the scenario");
  if (body_pid == 0) {
    close(lifeline);
    RunBody(reports, body);
  }
  const int children = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
  if (children < 0) GiveUp(reports, "signalfd", "SIGCHLD");
  // No PR_SET_PDEATHSIG: it comes too late if the runner died before it, which the lifeline never
  // does, and it leaves no time for what the runner has left to do.
  std::array<pollfd, 2> watched{{{lifeline, 0, 0}, {children, POLLIN, 0}}};
  for (;;) {
    if (poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) _exit(1);
    const bool orphaned = watched[0].revents != 0;
    bool told = false;
    signalfd_siginfo info;
    while (read(children, &info, sizeof info) > 0) told = told || info.ssi_signo == SIGTERM;
    if (told) Tell(reports, "PID 1 of the scenario was told to end by SIGTERM");
    if (told || orphaned) {
      EndEverything(body_pid);
      if (orphaned) on_orphaned();
      _exit(1);
    }
    int status = 0;
    for (pid_t ended = 0; (ended = waitpid(-1, &status, WNOHANG)) > 0;) {
      if (ended != body_pid) continue;
      ReportEnd(reports, status);
      _exit(0);
    }
  }
}

}  // namespace

Lifeline Lifeline::Create() {
  Pipe pipe = MakePipe("lifeline");
  return {std::move(pipe.read_end), std::move(pipe.write_end)};
}

IsolatedChild::IsolatedChild(pid_t pid, Fd pidfd, Fd reports)
    : pid_(pid), pidfd_(std::move(pidfd)), reports_(std::move(reports)) {}

IsolatedChild::IsolatedChild(IsolatedChild&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      pidfd_(std::move(other.pidfd_)),
      reports_(std::move(other.reports_)) {}

IsolatedChild::~IsolatedChild() {
  if (pid_ < 0) return;
  Kill();
  Reap();
}

IsolatedChild IsolatedChild::Start(const Lifeline& lifeline, ChildWorld& world,
                                   const std::function<void(int)>& body,
                                   const ChildExtras& extras) {
  const bool privileged = world.privileged();
  Pipe reports = MakePipe("reports of a scenario");
  Pipe go = MakePipe("start of a scenario");
  int pidfd = -1;
  clone_args arguments{};
  arguments.flags = CLONE_PIDFD | world.CloneFlags();
  arguments.pidfd = reinterpret_cast<std::uintptr_t>(&pidfd);
  arguments.exit_signal = SIGCHLD;
  const auto pid = static_cast<pid_t>(syscall(SYS_clone3, &arguments, sizeof arguments));
  if (pid < 0) {
    const int error = errno;
    throw EnvironmentError(
        "clone3",
        privileged ? "CLONE_NEWPID" : "CLONE_NEWUSER|CLONE_NEWPID|CLONE_NEWNET|CLONE_NEWNS", error,
        privileged ? std::string{} : UserNamespaceRemedy(error));
  }
  if (pid == 0) {
    std::vector<int> kept{lifeline.read_end.get(), go.read_end.get(), reports.write_end.get()};
    if (const StallMonitor* monitor = CurrentStallMonitor(); monitor != nullptr) {
      for (const int fd : monitor->descriptors()) kept.push_back(fd);
    }
    kept.insert(kept.end(), extras.descriptors.begin(), extras.descriptors.end());
    for (const int fd : world.descriptors()) {
      if (fd >= 0) kept.push_back(fd);
    }
    CloseAllBut(std::move(kept));
    RunInit(lifeline.read_end.get(), go.read_end.get(), reports.write_end.get(), world, body,
            extras.on_orphaned);
  }
  IsolatedChild child(pid, Fd(pidfd), std::move(reports.read_end));
  if (!privileged) MapRootToCaller(pid, geteuid(), getegid());
  Check(fcntl(child.reports(), F_SETFL, O_NONBLOCK), "fcntl", "reports of a scenario");
  const char byte = 1;
  Check(static_cast<int>(write(go.write_end.get(), &byte, 1)), "write", "start of a scenario");
  return child;
}

void IsolatedChild::Kill() { syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGTERM, nullptr, 0); }

int IsolatedChild::Reap() {
  // One that cannot end in order is ended by the kernel.
  pollfd ended{pidfd_.get(), POLLIN, 0};
  for (int times = 0; times < kPatience; ++times) {
    while (poll(&ended, 1, static_cast<int>(kStoppedPatience.count())) < 0 && errno == EINTR) {
    }
    if (ended.revents != 0) break;
    const std::optional<ProcessStat> stat = ReadProcessStat(pid_);
    if (stat && stat->IsStopped()) break;
  }
  if (ended.revents == 0) syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0);
  siginfo_t info{};
  while (waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return info.si_code == CLD_EXITED ? 0 : info.si_status;
}

std::string EndOfInit(int signal) {
  return signal != 0 ? "PID 1 of the scenario was " + KilledBy(signal)
                     : "PID 1 of the scenario could not start it";
}

IsolatedOutcome RunIsolated(const std::function<void(int)>& body) {
  ChildWorld world;
  return RunIsolated(world, body);
}

IsolatedOutcome RunIsolated(ChildWorld& world, const std::function<void(int)>& body,
                            const ChildExtras& extras) {
  const Lifeline lifeline = Lifeline::Create();
  const auto guarded = [&body](int reports) {
    try {
      body(reports);
    } catch (const std::exception& error) {
      const std::string line = std::string(error.what()) + "\n";
      if (write(reports, line.data(), line.size()) < 0) _exit(1);
      _exit(1);
    }
  };
  IsolatedChild child = IsolatedChild::Start(lifeline, world, guarded, extras);
  std::string text;
  for (pollfd watched{child.reports(), POLLIN, 0};;) {
    if (poll(&watched, 1, -1) < 0) continue;
    std::array<char, 4096> buffer;
    const ssize_t length = read(child.reports(), buffer.data(), buffer.size());
    if (length < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (length <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(length));
  }
  const int signal = child.Reap();
  IsolatedOutcome outcome;
  const std::size_t end = text.rfind("\n{");
  if (end == std::string::npos) {
    return {false, EndOfInit(signal) + (text.empty() ? "" : ": " + text)};
  }
  outcome.ok = text.substr(end) == "\n{\"exited\":0}\n";
  outcome.message = text.substr(0, end);
  const nlohmann::json refused = nlohmann::json::parse(outcome.message, nullptr, false);
  if (refused.is_object()) {
    return {false, refused.value("refused", refused.value("given_up", outcome.message))};
  }
  if (!outcome.ok && outcome.message.empty()) outcome.message = EndOfBody(text.substr(end));
  while (!outcome.message.empty() && outcome.message.back() == '\n') outcome.message.pop_back();
  return outcome;
}

}  // namespace halfopen

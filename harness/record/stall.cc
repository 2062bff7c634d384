// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/record/stall.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <new>

#include "netns/child_signals.h"
#include "netns/error.h"
#include "netns/one_cpu.h"

namespace halfopen {
namespace {

std::atomic<const StallMonitor*> current_monitor = nullptr;

void* Map(std::size_t size, int sharing) {
  void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, sharing | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw EnvironmentError("mmap", fmt::format("{} bytes", size), errno);
  return memory;
}

// Blocks all signals of the calling thread while it lives, so that a new child never runs a handler
// of its parent.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &previous_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &previous_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t previous_;
};

void CloseAllBut(int kept) {
  if (kept > 0) close_range(0, static_cast<unsigned>(kept) - 1, 0);
  close_range(static_cast<unsigned>(kept) + 1, UINT_MAX, 0);
}

void SleepUntil(TimePoint due) {
  const std::int64_t count = due.time_since_epoch().count();
  const timespec until = {count / 1'000'000'000, count % 1'000'000'000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
  }
}

// The whole life of a monitoring process. The starter may have had other threads, so only
// async-signal-safe functions are called. A refusal is told by its errno through `failures`, and
// success by closing it.
[[noreturn]] void Monitor(int cpu, StallRing& ring, pid_t parent, int failures) {
  ResetSignals();
  CloseAllBut(failures);
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl(PR_SET_TIMERSLACK, 1) != 0 ||
      prctl(PR_SET_NAME, "halfopen-stall") != 0 || !StayOn(cpu)) {
    const int error = errno;
    [[maybe_unused]] const ssize_t ignored = write(failures, &error, sizeof error);
    _exit(1);
  }
  // The parent may have died before the death signal was asked for.
  if (getppid() != parent) _exit(1);

  TimePoint due = Clock::now() + StallMonitor::kPeriod;
  ring.SetNextDue(due);
  close(failures);
  while (true) {
    SleepUntil(due);
    const TimePoint now = Clock::now();
    if (now - due > StallRing::kThreshold) ring.Add(due, now);
    due += ((now - due) / StallMonitor::kPeriod + 1) * StallMonitor::kPeriod;
    ring.SetNextDue(due);
  }
}

// By number: glibc 2.36 declares pidfd_open without C linkage.
int PidfdOpen(pid_t process) { return static_cast<int>(syscall(SYS_pidfd_open, process, 0)); }

bool IsDead(int process_fd) {
  pollfd poll_fd = {process_fd, POLLIN, 0};
  return poll(&poll_fd, 1, 0) > 0 && (poll_fd.revents & POLLIN) != 0;
}

}  // namespace

void StallMonitor::Unmap::operator()(void* memory) const { munmap(memory, size); }

StallMonitor::StallMonitor(std::size_t cpus)
    : cpus_(cpus),
      rings_(nullptr, Unmap{cpus * sizeof(StallRing)}),
      owner_(nullptr, Unmap{static_cast<std::size_t>(sysconf(_SC_PAGESIZE))}) {
  rings_.reset(static_cast<StallRing*>(Map(rings_.get_deleter().size, MAP_SHARED)));
  for (std::size_t i = 0; i < cpus_; ++i) new (rings_.get() + i) StallRing;
  const std::size_t page = owner_.get_deleter().size;
  owner_.reset(new (Map(page, MAP_PRIVATE)) bool(false));
  // A process id would not do: in a PID namespace of its own a child may have the same one.
  Check(madvise(owner_.get(), page, MADV_WIPEONFORK), "madvise", "MADV_WIPEONFORK");
  *owner_ = true;
}

void StallMonitor::StartProcess(int cpu, StallRing& ring, int failures) {
  const pid_t parent = getpid();
  const SignalsBlocked blocked;
  const pid_t child = Check(fork(), "fork", "the stall monitor");
  if (child == 0) Monitor(cpu, ring, parent, failures);
  processes_.push_back(child);
  process_fds_.emplace_back(Check(PidfdOpen(child), "pidfd_open", "the stall monitor"));
}

std::unique_ptr<StallMonitor> StallMonitor::Start() {
  const std::vector<int> cpus = AllowedCpus();
  std::unique_ptr<StallMonitor> monitor(new StallMonitor(cpus.size()));
  int ends[2];
  Check(pipe2(ends, O_CLOEXEC), "pipe2", "the stall monitor");
  const Fd failures(ends[0]);
  Fd child_end(ends[1]);
  for (std::size_t i = 0; i < cpus.size(); ++i) {
    monitor->StartProcess(cpus[i], monitor->rings_.get()[i], child_end.get());
  }
  child_end.Reset();
  int error = 0;
  ssize_t count = 0;
  while ((count = read(failures.get(), &error, sizeof error)) < 0 && errno == EINTR) {
  }
  if (count != 0) throw EnvironmentError("stall monitor", "start", count < 0 ? errno : error);
  return monitor;
}

StallMonitor::~StallMonitor() {
  const StallMonitor* self = this;
  current_monitor.compare_exchange_strong(self, nullptr);
  if (!*owner_) return;
  for (const pid_t process : processes_) kill(process, SIGKILL);
  for (const pid_t process : processes_) {
    while (waitpid(process, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
}

std::vector<int> StallMonitor::descriptors() const {
  std::vector<int> result;
  for (const Fd& fd : process_fds_) result.push_back(fd.get());
  return result;
}

Duration StallMonitor::WorstStall(TimePoint from, TimePoint to) const {
  const TimePoint now = Clock::now();
  std::vector<Stall> stalls;
  for (std::size_t i = 0; i < cpus_; ++i) {
    const StallRing& ring = rings_.get()[i];
    if (ring.Overdue(now) && IsDead(process_fds_[i].get())) {
      throw EnvironmentError("stall monitor", fmt::format("process {}", processes_[i]), 0,
                             "it has died, so no upper bound of a timer is known");
    }
    ring.Collect(from, to, now, stalls);
  }
  return Floor() + CoveredTime(std::move(stalls));
}

Duration StallMonitor::StalledFor(TimePoint from, TimePoint to, Duration piece) const {
  const TimePoint now = Clock::now();
  std::vector<Stall> stalls;
  for (std::size_t i = 0; i < cpus_; ++i) rings_.get()[i].Collect(from, to, now, stalls);
  std::erase_if(stalls, [&](const Stall& stall) { return stall.end - stall.begin <= piece; });
  return CoveredTime(std::move(stalls));
}

Duration StallMonitor::LongestStall() const {
  Duration longest{0};
  for (std::size_t i = 0; i < cpus_; ++i) longest = std::max(longest, rings_.get()[i].Longest());
  return longest;
}

Duration StallMonitor::Floor() {
  timespec jiffy{};
  Check(clock_getres(CLOCK_MONOTONIC_COARSE, &jiffy), "clock_getres", "CLOCK_MONOTONIC_COARSE");
  return std::max(kPeriod + StallRing::kThreshold,
                  Duration(std::chrono::seconds(jiffy.tv_sec)) + Duration(jiffy.tv_nsec));
}

const StallMonitor* CurrentStallMonitor() { return current_monitor.load(); }

void SetCurrentStallMonitor(const StallMonitor* monitor) { current_monitor.store(monitor); }

}  // namespace halfopen

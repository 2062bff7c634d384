// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/record/stall.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "netns/error.h"

namespace halfopen {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr TimePoint At(Duration time) { return TimePoint(time); }

std::vector<Stall> Collect(const StallRing& ring, Duration from, Duration to, Duration now) {
  std::vector<Stall> stalls;
  ring.Collect(At(from), At(to), At(now), stalls);
  return stalls;
}

TEST(StallRing, GivesTheStallsThatOverlapCutToTheQuestion) {
  StallRing ring;
  ring.Add(At(100ms), At(110ms));
  ring.Add(At(200ms), At(250ms));
  ring.Add(At(300ms), At(310ms));
  EXPECT_THAT(Collect(ring, 210ms, 305ms, 400ms),
              ElementsAre(Stall{At(300ms), At(305ms)}, Stall{At(210ms), At(250ms)}));
  EXPECT_THAT(Collect(ring, 110ms, 200ms, 400ms), IsEmpty());
}

TEST(StallRing, CountsStallThatIsNotOver) {
  StallRing ring;
  EXPECT_FALSE(ring.Overdue(At(1h))) << "the writer has not begun";
  ring.SetNextDue(At(100ms));
  EXPECT_FALSE(ring.Overdue(At(101ms)));
  EXPECT_THAT(Collect(ring, 0ms, 500ms, 101ms), IsEmpty());
  EXPECT_TRUE(ring.Overdue(At(180ms)));
  EXPECT_THAT(Collect(ring, 0ms, 500ms, 180ms), ElementsAre(Stall{At(100ms), At(180ms)}));
  EXPECT_THAT(Collect(ring, 120ms, 150ms, 180ms), ElementsAre(Stall{At(120ms), At(150ms)}));
  ring.Add(At(100ms), At(181ms));
  EXPECT_EQ(ring.Longest(), 81ms);
  ring.SetNextDue(At(185ms));
  EXPECT_THAT(Collect(ring, 0ms, 500ms, 182ms), ElementsAre(Stall{At(100ms), At(181ms)}));
}

TEST(StallRing, ForgetsTheOldestOnly) {
  StallRing ring;
  const int written = static_cast<int>(StallRing::kCapacity) + 10;
  for (int i = 1; i <= written; ++i) ring.Add(At(i * 5ms), At(i * 5ms + 2ms));
  const auto stalls = Collect(ring, 0s, 1h, 1h);
  // The slot that the writer would write next is not trusted.
  ASSERT_EQ(stalls.size(), StallRing::kCapacity - 1);
  EXPECT_EQ(stalls.front().begin, At(written * 5ms));
  EXPECT_EQ(stalls.back().begin, At(12 * 5ms));
}

TEST(StallRing, CoveredTimeCountsNoMomentTwice) {
  EXPECT_EQ(CoveredTime({}), 0ms);
  EXPECT_EQ(CoveredTime({{At(30ms), At(40ms)},
                         {At(0ms), At(10ms)},
                         {At(5ms), At(12ms)},
                         {At(6ms), At(8ms)},
                         {At(40ms), At(41ms)}}),
            23ms);
}

// Waits for the clock, as the monitor's readers do.
void WaitUntil(TimePoint time) {
  const std::int64_t count = time.time_since_epoch().count();
  const timespec until = {count / 1'000'000'000, count % 1'000'000'000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
  }
}

// Runs `story` in a forked child and returns its exit status.
int InChild(const std::function<int()>& story) {
  const pid_t child = fork();
  if (child == 0) _exit(story());
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool HasNoChild() { return waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD; }

class StallMonitorTest : public testing::Test {
 protected:
  void Stop() {
    stopped_ = Clock::now();
    for (const pid_t process : monitor_->processes()) {
      kill(process, SIGSTOP);
      ASSERT_EQ(waitpid(process, nullptr, WUNTRACED), process);
    }
    // Each process was due within one period at the latest after it was stopped.
    stalled_ = Clock::now() + StallMonitor::kPeriod;
  }
  void Continue() {
    for (const pid_t process : monitor_->processes()) kill(process, SIGCONT);
  }

  std::unique_ptr<StallMonitor> monitor_ = StallMonitor::Start();
  TimePoint stopped_;
  TimePoint stalled_;
};

TEST_F(StallMonitorTest, WatchesEveryCpuOfThisProcess) {
  cpu_set_t set;
  ASSERT_EQ(sched_getaffinity(0, sizeof set, &set), 0);
  EXPECT_EQ(monitor_->processes().size(), static_cast<std::size_t>(CPU_COUNT(&set)));
}

TEST_F(StallMonitorTest, IsNeverBelowTheFloor) {
  const TimePoint now = Clock::now();
  EXPECT_EQ(monitor_->WorstStall(now, now), StallMonitor::Floor());
  EXPECT_EQ(monitor_->WorstStall(now, now - 1s), StallMonitor::Floor());
  EXPECT_GE(StallMonitor::Floor(), 6ms);
}

TEST_F(StallMonitorTest, SeesStallThatIsNotOver) {
  Stop();
  WaitUntil(stalled_ + 50ms);
  EXPECT_EQ(monitor_->WorstStall(stalled_, stalled_ + 50ms), StallMonitor::Floor() + 50ms);
  Continue();
}

TEST_F(StallMonitorTest, RemembersStallThatIsOver) {
  Stop();
  WaitUntil(stalled_ + 50ms);
  Continue();
  // Over, as soon as the last microsecond is no part of a stall.
  TimePoint now;
  do {
    sched_yield();
    now = Clock::now();
  } while (monitor_->WorstStall(now - 1us, now) > StallMonitor::Floor());
  EXPECT_EQ(monitor_->WorstStall(stalled_, stalled_ + 50ms), StallMonitor::Floor() + 50ms);
}

TEST_F(StallMonitorTest, OneStalledCpuIsEnough) {
  const pid_t process = monitor_->processes().front();
  kill(process, SIGSTOP);
  ASSERT_EQ(waitpid(process, nullptr, WUNTRACED), process);
  const TimePoint stalled = Clock::now() + StallMonitor::kPeriod;
  WaitUntil(stalled + 20ms);
  EXPECT_EQ(monitor_->WorstStall(stalled, stalled + 20ms), StallMonitor::Floor() + 20ms);
}

TEST_F(StallMonitorTest, IsReadInChildren) {
  SetCurrentStallMonitor(monitor_.get());
  Stop();
  WaitUntil(stalled_ + 20ms);
  EXPECT_EQ(InChild([&] {
              const Duration worst = CurrentStallMonitor()->WorstStall(stalled_, stalled_ + 20ms);
              return worst == StallMonitor::Floor() + 20ms ? 0 : 1;
            }),
            0);
}

TEST_F(StallMonitorTest, ChildThatDestroysItsCopyLeavesTheProcessesAlone) {
  EXPECT_EQ(InChild([&] {
              monitor_.reset();
              return 0;
            }),
            0);
  for (const pid_t process : monitor_->processes()) {
    EXPECT_EQ(waitpid(process, nullptr, WNOHANG), 0) << "still running";
  }
}

TEST_F(StallMonitorTest, LeavesNoChildBehind) {
  SetCurrentStallMonitor(monitor_.get());
  Stop();
  monitor_.reset();
  EXPECT_TRUE(HasNoChild());
  EXPECT_EQ(CurrentStallMonitor(), nullptr);
}

TEST_F(StallMonitorTest, DiesWithItsStarter) {
  monitor_.reset();
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  EXPECT_EQ(InChild([] { return StallMonitor::Start().release() == nullptr ? 1 : 0; }), 0);
  // The orphans are this process's children now; each has to be ended by its death signal.
  int status = 0;
  while (waitpid(-1, &status, 0) > 0) {
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
  }
  prctl(PR_SET_CHILD_SUBREAPER, 0);
}

TEST_F(StallMonitorTest, DeadProcessIsAnErrorAndNoEndlessStall) {
  const pid_t process = monitor_->processes().front();
  kill(process, SIGKILL);
  siginfo_t info{};
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(process), &info, WEXITED | WNOWAIT), 0);
  WaitUntil(Clock::now() + StallMonitor::kPeriod + 2 * StallRing::kThreshold);
  const TimePoint now = Clock::now();
  EXPECT_THROW(monitor_->WorstStall(now, now), EnvironmentError);
}

TEST_F(StallMonitorTest, ProcessesHoldNoDescriptorsNoSignalsAndOneCpu) {
  for (const pid_t process : monitor_->processes()) {
    const std::filesystem::path folder = "/proc/" + std::to_string(process);
    EXPECT_TRUE(std::filesystem::is_empty(folder / "fd"));
    std::ifstream status(folder / "status");
    for (std::string line; std::getline(status, line);) {
      for (const char* signals : {"SigBlk:", "SigIgn:", "SigCgt:"}) {
        // glibc keeps signals 32 and 33 to itself once a process has had threads (nptl(7)).
        constexpr unsigned long kNptl = 0x180000000;
        if (line.starts_with(signals)) {
          EXPECT_EQ(std::stoul(line.substr(7), nullptr, 16) & ~kNptl, 0U) << line;
        }
      }
      if (line.starts_with("Cpus_allowed_list:")) {
        EXPECT_EQ(line.find_first_of(",-"), std::string::npos) << line;
      }
    }
  }
}

}  // namespace
}  // namespace halfopen

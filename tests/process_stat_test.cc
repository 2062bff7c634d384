// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/process_stat.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace halfopen {
namespace {

TEST(ProcessStat, IsOfOneThatRuns) {
  const auto stat = ReadProcessStat(getpid());
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->state, 'R');
  EXPECT_FALSE(stat->exiting);
  EXPECT_FALSE(stat->IsStopped());
}

TEST(ProcessStat, TellsOneThatIsStoppedAndOneThatIsToBeReaped) {
  const pid_t child = fork();
  if (child == 0) {
    raise(SIGSTOP);
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, WUNTRACED), child);
  ASSERT_TRUE(ReadProcessStat(child));
  EXPECT_TRUE(ReadProcessStat(child)->IsStopped());
  EXPECT_FALSE(ReadProcessStat(child)->exiting);

  kill(child, SIGKILL);
  siginfo_t info{};
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
  ASSERT_TRUE(ReadProcessStat(child));
  EXPECT_TRUE(ReadProcessStat(child)->exiting);

  waitpid(child, nullptr, 0);
  EXPECT_FALSE(ReadProcessStat(child));
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "fixtures/pending.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "netns/fd.h"

namespace halfopen {
namespace {

struct Pipe {
  Pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
    read_end = Fd(ends[0]);
    write_end = Fd(ends[1]);
  }
  Fd read_end;
  Fd write_end;
};

PendingCall StartReadOf(const Pipe& pipe) {
  return PendingCall([fd = pipe.read_end.get()] {
    Call call;
    char byte = 0;
    call.result = read(fd, &byte, 1);
    call.error = call.result < 0 ? errno : 0;
    return call;
  });
}

// True if a call that blocks lets its starter go on, and ends when it is due.
bool GoesOnWhileACallBlocks() {
  const Pipe pipe;
  PendingCall call = StartReadOf(pipe);
  if (call.Done()) return false;
  return write(pipe.write_end.get(), "x", 1) == 1 && call.Wait().result == 1;
}

TEST(PendingCallTest, StarterGoesOnOnceTheCallBlocks) { EXPECT_TRUE(GoesOnWhileACallBlocks()); }

TEST(PendingCallTest, DestroyingItInterruptsTheCall) {
  const Pipe pipe;
  { const PendingCall call = StartReadOf(pipe); }
  EXPECT_EQ(write(pipe.write_end.get(), "x", 1), 1);
  char byte = 0;
  EXPECT_EQ(read(pipe.read_end.get(), &byte, 1), 1) << "the call has read what came after its end";
}

// Scenarios run in a PID namespace that has no /proc of its own: gettid(2) gives other numbers than
// /proc knows.
TEST(PendingCallTest, StarterGoesOnInAPidNamespace) {
  constexpr int kRefused = 77;
  constexpr unsigned kPatience = 20;  // seconds
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (unshare(CLONE_NEWPID) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWPID) != 0) _exit(kRefused);
    alarm(kPatience);  // ends this child; the other one is its namespace's init, which it would not
    const pid_t inside = fork();
    if (inside == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      _exit(GoesOnWhileACallBlocks() ? 0 : 1);
    }
    int status = 0;
    if (inside < 0 || waitpid(inside, &status, 0) != inside) _exit(2);
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 3);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status)) << "the starter did not go on";
  if (WEXITSTATUS(status) == kRefused) GTEST_SKIP() << "no PID namespace to be had here";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace halfopen

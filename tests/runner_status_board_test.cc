// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/runner/status_board.h"

namespace halfopen {
namespace {

TEST(StatusBoard, ShowsWhatAnotherProcessWroteLast) {
  StatusBoard board(2);
  const pid_t child = fork();
  if (child == 0) {
    board.Write(1, "client.Connect()");
    board.Write(1, "client.Recv()");
    _exit(0);
  }
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  EXPECT_EQ(board.Read(0), "");
  EXPECT_EQ(board.Read(1), "client.Recv()");
}

TEST(StatusBoard, CutsLongTexts) {
  StatusBoard board(1);
  board.Write(0, std::string(1000, 'x'));
  EXPECT_GE(board.Read(0).size(), 250U);
  EXPECT_LT(board.Read(0).size(), 300U);
}

}  // namespace
}  // namespace halfopen

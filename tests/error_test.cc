// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/error.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace halfopen {
namespace {

TEST(ErrnoOfText, IsWhatALibrarysWordsEndWith) {
  EXPECT_EQ(ErrnoOfText("socket: Too many open files"), EMFILE);
  EXPECT_EQ(ErrnoOfText(ErrnoText(ENOBUFS)), ENOBUFS);
  EXPECT_EQ(ErrnoOfText("socket: Too many open files in system"), ENFILE);
}

TEST(ErrnoOfText, IsNoneOfOtherWords) {
  EXPECT_EQ(ErrnoOfText("That device is not up"), 0);
  EXPECT_EQ(ErrnoOfText(""), 0);
}

}  // namespace
}  // namespace halfopen

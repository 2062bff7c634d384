// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/fit_text.h"

#include <gtest/gtest.h>

#include <string>

namespace halfopen {
namespace {

TEST(FitText, CountsColumnsAsATerminalDoes) {
  EXPECT_EQ(ColumnsOf(""), 0);
  EXPECT_EQ(ColumnsOf("abc"), 3);
  EXPECT_EQ(ColumnsOf("日本"), 4);
  EXPECT_EQ(ColumnsOf("e\u0301"), 1);  // an accent of its own
  EXPECT_EQ(ColumnsOf("a\x1b\xff"), 3);
}

TEST(FitText, CutsBetweenCharacters) {
  EXPECT_EQ(CutEnd("abcdef", 6), "abcdef");
  EXPECT_EQ(CutEnd("abcdef", 5), "abcd…");
  EXPECT_EQ(CutEnd("日本語", 4), "日…");
  EXPECT_EQ(CutEnd("日本語", 1), "…");
  EXPECT_EQ(CutEnd("abc", 0), "");
  EXPECT_EQ(CutEnd("a\nb\x1b[31m\xc3", 20), "a b [31m ");
  EXPECT_EQ(CutMiddle("KeepaliveExpiry.Blocked/IPv4", 15), "Keepali…ed/IPv4");
  EXPECT_EQ(CutMiddle("日本語日本語", 6), "日…語");
  EXPECT_EQ(CutMiddle("abc", 2), "a…");
  EXPECT_EQ(CutMiddle("abc", -1), "");
}

TEST(FitText, SpellsWhatATerminalWouldObey) {
  EXPECT_EQ(Harmless("日本 …\tx\n"), "日本 …\tx\n");
  EXPECT_EQ(Harmless("\x1b[31m\r\x07\x7f"), "\\x1b[31m\\x0d\\x07\\x7f");
  EXPECT_EQ(Harmless("\xc2\x9b\xff"), "\\xc2\\x9b\\xff");  // CSI in one character
  EXPECT_EQ(Harmless(std::string(1, '\0')), "\\x00");
}

}  // namespace
}  // namespace halfopen

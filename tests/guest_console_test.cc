// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/guest_console.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>

namespace halfopen {
namespace {

using testing::IsEmpty;

std::string Lines(int first, int last) {
  std::string lines;
  for (int i = first; i <= last; ++i) lines += "line " + std::to_string(i) + "\n";
  return lines;
}

TEST(GuestConsole, TailIsTheLastTwentyLines) {
  EXPECT_EQ(TailOf(""), "");
  EXPECT_EQ(TailOf("\n"), "\n");
  EXPECT_EQ(TailOf("one"), "one");
  EXPECT_EQ(TailOf(Lines(1, 20)), Lines(1, 20));
  EXPECT_EQ(TailOf(Lines(1, 100)), Lines(81, 100));
}

TEST(GuestConsole, PanicIsItsLine) {
  EXPECT_THAT(PanicOf(Lines(1, 3)), IsEmpty());
  EXPECT_EQ(PanicOf("[    2.0] Kernel panic - not syncing: why\r\n[    2.1] CPU: 0\n"),
            "Kernel panic - not syncing: why");
  EXPECT_EQ(PanicOf("Kernel panic"), "Kernel panic");
}

TEST(GuestConsole, ComplaintIsTheFirstProcesssBeforeTheKernels) {
  const auto mailbox = std::make_unique<MailboxHeader>();
  EXPECT_THAT(GuestComplaint(*mailbox, ""), IsEmpty());
  EXPECT_EQ(GuestComplaint(*mailbox, "Kernel panic - oh"),
            "the guest's kernel died: Kernel panic - oh");
  // A text that nobody has ended is still a text.
  mailbox->state = MailboxHeader::State::kFailed;
  std::memset(mailbox->error, 'x', sizeof mailbox->error);
  EXPECT_EQ(GuestComplaint(*mailbox, "Kernel panic - oh"),
            "the guest could not start: " + std::string(sizeof mailbox->error, 'x'));
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

#include "harness/venue/mailbox_memory.h"
#include "harness/venue/mailbox_reader.h"
#include "harness/venue/mailbox_writer.h"
#include "netns/error.h"

namespace halfopen {
namespace {

constexpr std::uint64_t kRecords = 8192;

// A mailbox that a host has filled.
MailboxMemory Filled() {
  MailboxMemory memory = MailboxMemory::Create();
  memory.header().magic = MailboxHeader::kMagic;
  memory.header().records_offset = kRecords;
  return memory;
}

class MailboxTest : public testing::Test {
 protected:
  // Puts a record's head there as a guest that is out of its mind would.
  void Claim(std::uint64_t text, std::uint64_t data, std::uint64_t records_size) {
    *reinterpret_cast<MailboxRecord*>(bytes_ + kRecords) = {text, data};
    header_.records_size = records_size;
  }
  void ExpectBroken() {
    EXPECT_FALSE(reader_.Next());
    EXPECT_TRUE(reader_.broken());
    EXPECT_FALSE(reader_.Next());
  }

  MailboxMemory memory_ = Filled();
  char* bytes_ = memory_.bytes();
  MailboxHeader& header_ = memory_.header();
  MailboxReader reader_{bytes_, kMailboxSize, kRecords};
  MailboxWriter writer_{std::move(memory_)};
};

TEST_F(MailboxTest, RecordsComeInOrder) {
  EXPECT_FALSE(reader_.Next());
  EXPECT_TRUE(writer_.Append("one", ""));
  EXPECT_TRUE(writer_.Append("", "data"));
  EXPECT_EQ(reader_.Next()->text, "one");
  const auto second = reader_.Next();
  EXPECT_EQ(second->text, "");
  EXPECT_EQ(second->data, "data");
  EXPECT_FALSE(reader_.Next());
  EXPECT_FALSE(reader_.broken());
  EXPECT_TRUE(writer_.Append("three", "more"));
  EXPECT_EQ(reader_.Next()->data, "more");
}

TEST_F(MailboxTest, FullMailboxTakesNoDataAndStillTakesText) {
  const std::string block(100 << 20, '\0');
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(writer_.Append("a run", block));
  EXPECT_FALSE(writer_.Append("one too many", block));
  EXPECT_LT(writer_.RoomForData(), block.size());
  EXPECT_TRUE(writer_.Append("fills it up", std::string(writer_.RoomForData() - 100, '\0')));
  EXPECT_FALSE(writer_.Append("has data", std::string(200, '\0')));
  EXPECT_TRUE(writer_.Append("has none", ""));
  std::string last;
  while (const auto record = reader_.Next()) last = record->text;
  EXPECT_EQ(last, "has none");
}

TEST_F(MailboxTest, SizesThatCannotBeAreNotFollowed) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  Claim(0, 0, kMost);
  ExpectBroken();
}

TEST_F(MailboxTest, TextBeyondTheRecordsIsNotRead) {
  Claim(kMailboxSize, 0, 100);
  ExpectBroken();
}

TEST_F(MailboxTest, SizesWhoseSumOverflowsAreNotFollowed) {
  Claim(16, std::numeric_limits<std::uint64_t>::max() - 8, 100);
  ExpectBroken();
}

TEST_F(MailboxTest, HalfAHeadIsNotRead) {
  Claim(0, 0, 8);
  ExpectBroken();
}

TEST_F(MailboxTest, RecordsThatVanishAreNoticed) {
  EXPECT_TRUE(writer_.Append("one", ""));
  EXPECT_TRUE(reader_.Next());
  header_.records_size = 0;
  ExpectBroken();
}

TEST_F(MailboxTest, GuestCannotMoveTheRecords) {
  EXPECT_TRUE(writer_.Append("one", ""));
  header_.records_offset = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(reader_.Next()->text, "one");
}

TEST(MailboxWriterTest, MemoryWithoutMagicIsNoMailbox) {
  EXPECT_THROW(MailboxWriter{MailboxMemory::Create()}, EnvironmentError);
}

}  // namespace
}  // namespace halfopen

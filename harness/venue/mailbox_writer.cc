// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/mailbox_writer.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include "netns/error.h"

namespace halfopen {

MailboxWriter::MailboxWriter(MailboxMemory memory) : memory_(std::move(memory)) {
  if (memory_.header().magic != MailboxHeader::kMagic) {
    throw EnvironmentError("open", "mailbox", ENODEV, "this is not a guest of halfopen's");
  }
}

std::uint64_t MailboxWriter::Room() const {
  const MailboxHeader& header = memory_.header();
  return kMailboxSize - header.records_offset - header.records_size;
}

std::uint64_t MailboxWriter::RoomForData() const {
  const std::uint64_t room = Room();
  return room > kReserve ? room - kReserve : 0;
}

bool MailboxWriter::Append(std::string_view text, std::string_view data) {
  MailboxHeader& header = memory_.header();
  const MailboxRecord record{text.size(), data.size()};
  const std::uint64_t begin = header.records_size;
  const std::uint64_t size = sizeof record + text.size() + data.size();
  if (size > Room() || data.size() > RoomForData()) return false;
  char* at = memory_.bytes() + header.records_offset + begin;
  std::memcpy(at, &record, sizeof record);
  at += sizeof record;
  std::memcpy(at, text.data(), text.size());
  std::memcpy(at + text.size(), data.data(), data.size());
  header.records_size = begin + size;
  return true;
}

}  // namespace halfopen

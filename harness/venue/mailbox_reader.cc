// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/mailbox_reader.h"

#include <cstring>

namespace halfopen {

std::optional<GuestRecord> MailboxReader::Next() {
  const std::uint64_t whole = header_.records_size.load();
  if (broken_ || whole == read_) return std::nullopt;
  broken_ = true;  // until its sizes are found to fit
  MailboxRecord record{};
  if (whole > room_ || whole < read_ || whole - read_ < sizeof record) return std::nullopt;
  const char* const at = records_ + read_;
  std::memcpy(&record, at, sizeof record);
  const std::uint64_t rest = whole - read_ - sizeof record;
  if (record.text_size > rest || record.data_size > rest - record.text_size) return std::nullopt;
  broken_ = false;
  read_ += sizeof record + record.text_size + record.data_size;
  const char* const text = at + sizeof record;
  return GuestRecord{{text, record.text_size}, {text + record.text_size, record.data_size}};
}

}  // namespace halfopen

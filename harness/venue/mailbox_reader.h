// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_MAILBOX_READER_H_
#define HALFOPEN_HARNESS_VENUE_MAILBOX_READER_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "harness/venue/mailbox.h"

namespace halfopen {

// What a guest has told: a line of JSON, and data that it announces. Both lie in the mailbox, whose
// guest may write to it at any time.
struct GuestRecord {
  std::string_view text;
  std::string_view data;
};

// The host's view of the records in a mailbox. Whatever the guest writes into it, nothing outside
// is read. Not thread-safe.
class MailboxReader {
 public:
  // `mailbox` points to `size` bytes, headed by a MailboxHeader, which outlive this.
  MailboxReader(const char* mailbox, std::uint64_t size, std::uint64_t records_offset)
      : header_(*reinterpret_cast<const MailboxHeader*>(mailbox)),
        records_(mailbox + records_offset),
        room_(size - records_offset) {}

  // The next record that the guest has finished, or nothing for now.
  std::optional<GuestRecord> Next();
  // The sizes that the guest has told cannot be; there will be no more records.
  bool broken() const { return broken_; }

 private:
  const MailboxHeader& header_;
  const char* records_;
  std::uint64_t room_;
  std::uint64_t read_ = 0;
  bool broken_ = false;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_MAILBOX_READER_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_MAILBOX_WRITER_H_
#define HALFOPEN_HARNESS_VENUE_MAILBOX_WRITER_H_

#include <cstdint>
#include <string_view>

#include "harness/venue/mailbox_memory.h"

namespace halfopen {

// Tells the host of the guest that this process runs in. Not thread-safe.
class MailboxWriter {
 public:
  // Of the room for records, what data leaves to those that have none: a run whose evidence does
  // not fit can always say so.
  static constexpr std::uint64_t kReserve = 16 << 20;

  // Throws EnvironmentError where there is no mailbox, as anywhere but in a guest.
  explicit MailboxWriter(MailboxMemory memory = MailboxMemory::OfThisGuest());

  // How many bytes of data a record may have now.
  std::uint64_t RoomForData() const;
  // Appends a record, which the host sees whole or not at all. Returns false when it does not fit.
  bool Append(std::string_view text, std::string_view data);

 private:
  std::uint64_t Room() const;

  MailboxMemory memory_;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_MAILBOX_WRITER_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_MAILBOX_WRITER_H_
#define HALFOPEN_HARNESS_VENUE_MAILBOX_WRITER_H_

#include <string_view>

#include "harness/venue/mailbox_memory.h"

namespace halfopen {

// Tells the host of the guest that this process runs in. Not thread-safe.
class MailboxWriter {
 public:
  // Throws EnvironmentError where there is no mailbox, as anywhere but in a guest.
  MailboxWriter();

  // Appends a record, which the host sees whole or not at all. Returns false when it does not fit.
  bool Append(std::string_view text, std::string_view data);

 private:
  MailboxMemory memory_;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_MAILBOX_WRITER_H_

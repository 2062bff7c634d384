// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_MAILBOX_MEMORY_H_
#define HALFOPEN_HARNESS_VENUE_MAILBOX_MEMORY_H_

#include "harness/venue/mailbox.h"
#include "netns/fd.h"

namespace halfopen {

// A mailbox as this process sees it: all zero and without a name on the host, at its fixed address
// in a guest. Not thread-safe.
class MailboxMemory {
 public:
  // Makes one, for a guest to be given. Throws EnvironmentError.
  static MailboxMemory Create();
  // Maps the one of the guest that this process runs in. Throws EnvironmentError.
  static MailboxMemory OfThisGuest();

  MailboxMemory(MailboxMemory&& other) noexcept;
  MailboxMemory& operator=(MailboxMemory&&) = delete;
  ~MailboxMemory();

  int descriptor() const { return file_.get(); }
  char* bytes() const { return bytes_; }
  MailboxHeader& header() const { return *reinterpret_cast<MailboxHeader*>(bytes_); }

 private:
  MailboxMemory(Fd file, std::uint64_t offset);

  Fd file_;
  char* bytes_;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_MAILBOX_MEMORY_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_GUEST_H_
#define HALFOPEN_HARNESS_VENUE_GUEST_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/venue/machine.h"
#include "harness/venue/mailbox_memory.h"
#include "harness/venue/mailbox_reader.h"
#include "harness/venue/snapshot.h"
#include "netns/fd.h"

namespace halfopen {

// A guest that was resumed from its snapshot and runs a payload. Not thread-safe.
class Guest {
 public:
  // Resumes it. The payload may take `virtual_limit` of the guest's own time. `interrupt` is a
  // descriptor that ends the waiting once it is readable, as EINTR. Throws EnvironmentError,
  // MissingCapability.
  Guest(const Snapshot& snapshot, std::string_view payload, std::chrono::seconds virtual_limit,
        int interrupt);
  Guest(Guest&&) noexcept = default;
  Guest& operator=(Guest&&) = delete;
  ~Guest();

  // Readable once it has ended.
  int pidfd() const { return machine_.pidfd(); }
  // The next record that the guest has finished, or nothing for now; valid until this is destroyed.
  std::optional<GuestRecord> Next() { return records_.Next(); }
  // What the guest wrote into its mailbox can be read no further.
  bool broken() const { return records_.broken(); }
  // Ends it, if need be, and says why it did not come to its own good end; empty if it did.
  std::string End();
  std::string Console() const { return machine_.Console(); }

 private:
  MailboxMemory mailbox_;
  std::chrono::seconds virtual_limit_;
  Fd ram_;  // where the snapshot's may not be opened to write
  Machine machine_;
  MailboxReader records_;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_GUEST_H_

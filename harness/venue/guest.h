// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_GUEST_H_
#define HALFOPEN_HARNESS_VENUE_GUEST_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/venue/machine.h"
#include "harness/venue/mailbox_memory.h"
#include "harness/venue/snapshot.h"
#include "netns/clock.h"

namespace halfopen {

// What a guest has told: a line of JSON, and data that it announces (valid until the next call).
struct GuestRecord {
  std::string_view text;
  std::string_view data;
};

// A guest that was resumed from its snapshot and runs a payload. Not thread-safe.
class Guest {
 public:
  // Resumes it. The payload may take `virtual_limit` of the guest's own time. Throws
  // EnvironmentError, MissingCapability.
  Guest(const Snapshot& snapshot, std::string_view payload, std::chrono::seconds virtual_limit);
  Guest(Guest&&) noexcept = default;
  Guest& operator=(Guest&&) = delete;
  ~Guest();

  // Readable once it has ended.
  int pidfd() const { return machine_.pidfd(); }
  // The next record that the guest has finished, or nothing for now.
  std::optional<GuestRecord> Next();
  // Ends it, if need be, and says why it did not come to its own good end; empty if it did.
  std::string End();
  std::string Console() const { return machine_.Console(); }

 private:
  MailboxMemory mailbox_;
  Machine machine_;
  std::uint64_t read_ = 0;  // bytes of records
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_GUEST_H_

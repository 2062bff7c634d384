// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_MAILBOX_H_
#define HALFOPEN_HARNESS_VENUE_MAILBOX_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace halfopen {

// Heads the memory that a guest shares with its host: the host puts a payload into it before the
// guest wakes, the guest appends records to it, and neither ever waits for the other. No interrupt
// and no device queue is involved, so nothing of the host's timing gets into the guest. Included by
// the guest's first process too, which has no C++ library at hand.
struct MailboxHeader {
  static constexpr std::uint64_t kMagic = 0x4e45504f464c4148;  // "HALFOPEN"
  static constexpr std::size_t kDataOffset = 4096;

  enum class State : std::uint32_t {
    kBooting = 0,
    kWaiting = 1,  // modules are loaded; the guest waits for its payload
    kRunning = 2,  // the payload's program runs
    kEnded = 3,    // it ended; `exit_status` holds waitpid(2)'s status
    kTooLate = 4,  // it was still running when `virtual_limit` was over
    kFailed = 5,   // the guest's first process gave up; `error` says why
  };

  std::uint64_t magic;
  std::uint64_t payload_size;     // of the cpio archive at kDataOffset
  std::uint64_t records_offset;   // from the header on
  std::uint64_t virtual_limit;    // seconds of guest time that the payload may take; 0: any
  std::atomic<std::uint64_t> go;  // 1: everything above is valid
  std::atomic<std::uint64_t> records_size;  // bytes of whole records
  std::atomic<State> state;
  std::int32_t exit_status;
  char error[512];
};

static_assert(sizeof(MailboxHeader) <= MailboxHeader::kDataOffset);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

// Heads each record; `text` is one line of JSON, `data` whatever it announces.
struct MailboxRecord {
  std::uint64_t text_size;
  std::uint64_t data_size;
};

// Where the shared memory lies in the guest: QEMU puts the first memory device at the first GiB
// behind 4 GiB and all RAM (pc_memory_init, hw/i386/pc.c), which is 4 GiB for guests below 3 GiB.
// No driver claims it, so /dev/mem maps it (CONFIG_STRICT_DEVMEM forbids only RAM).
inline constexpr std::uint64_t kMailboxAddress = 0x1'0000'0000;
inline constexpr std::uint64_t kMailboxSize = 512ULL << 20;

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_MAILBOX_H_

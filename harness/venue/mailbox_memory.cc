// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/mailbox_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "netns/error.h"

namespace halfopen {

MailboxMemory MailboxMemory::Create() {
  Fd file(Check(memfd_create("mailbox", MFD_CLOEXEC), "memfd_create", "mailbox"));
  Check(ftruncate(file.get(), kMailboxSize), "ftruncate", "mailbox");
  return {std::move(file), 0};
}

MailboxMemory MailboxMemory::OfThisGuest() {
  return {Fd(Check(open("/dev/mem", O_RDWR | O_CLOEXEC), "open", "/dev/mem")), kMailboxAddress};
}

MailboxMemory::MailboxMemory(Fd file, std::uint64_t offset) : file_(std::move(file)) {
  void* const memory = mmap(nullptr, kMailboxSize, PROT_READ | PROT_WRITE, MAP_SHARED, file_.get(),
                            static_cast<off_t>(offset));
  if (memory == MAP_FAILED) throw EnvironmentError("mmap", "mailbox", errno);
  bytes_ = static_cast<char*>(memory);
  // In a guest a fork would copy all page table entries of such a mapping, used or not.
  madvise(memory, kMailboxSize, MADV_DONTFORK);
}

MailboxMemory::MailboxMemory(MailboxMemory&& other) noexcept
    : file_(std::move(other.file_)), bytes_(std::exchange(other.bytes_, nullptr)) {}

MailboxMemory::~MailboxMemory() {
  if (bytes_ != nullptr) munmap(bytes_, kMailboxSize);
}

}  // namespace halfopen

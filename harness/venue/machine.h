// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_MACHINE_H_
#define HALFOPEN_HARNESS_VENUE_MACHINE_H_

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "harness/venue/qmp.h"
#include "netns/error.h"
#include "netns/fd.h"

namespace halfopen {

// RAM of a guest, in MiB. All scenarios of the laboratory side by side fit; changing it makes new
// snapshots.
inline constexpr int kGuestMemory = 1024;

// QEMU's executable. Throws MissingCapability if it is not installed.
std::string QemuProgram();

// A QEMU process with a guest. It dies with the thread that started it, and destroying it kills it.
// Not thread-safe.
class Machine {
 public:
  enum class Ram {
    kWritten,  // what the guest writes stays in the file: for taking a snapshot
    kCopied    // the file is only read: what the guest writes is its own
  };

  // `ram` is a file of kGuestMemory, which must be writable for either use; `mailbox` a descriptor
  // of kMailboxSize; `arguments` come behind MachineArguments(). `patience` is for its start and
  // for all that is waited for over qmp(). Throws MissingCapability without QEMU, EnvironmentError
  // when it does not start.
  Machine(const std::filesystem::path& ram, Ram use, int mailbox,
          const std::vector<std::string>& arguments, const Patience& patience);
  Machine(Machine&&) noexcept;
  Machine& operator=(Machine&&) = delete;
  ~Machine();

  Qmp& qmp() { return *qmp_; }
  // Readable once QEMU has ended.
  int pidfd() const { return pidfd_.get(); }
  // Ends it, if need be, and returns the wait status (waitpid(2)).
  int End();
  // Ends it, because qmp() met `error`, and returns why: what killed it, or else the error's words.
  std::string EndBecauseOf(const EnvironmentError& error);
  // What QEMU and the guest's console have printed so far.
  std::string Console() const;

 private:
  struct Process;
  std::unique_ptr<Process> process_;
  std::unique_ptr<Qmp> qmp_;
  Fd console_;
  Fd pidfd_;
};

// The emulated hardware, as QEMU's command line has it: one core whose clock counts instructions
// and jumps to the next timer when it sleeps. What is resumed differs from what a snapshot was
// taken of by nothing that the guest could tell.
std::vector<std::string> MachineArguments(Machine::Ram use);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_MACHINE_H_

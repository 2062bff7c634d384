// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/guest.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <string>

#include "harness/venue/guest_console.h"
#include "harness/venue/ram_file.h"
#include "netns/clock.h"
#include "netns/error.h"
#include "netns/fd.h"
#include "netns/signal_words.h"

namespace halfopen {
namespace {

// Resuming takes a tenth of a second; this is for the slowest machine that is still alive.
constexpr std::chrono::minutes kResumePatience{2};

// Records begin at a page of their own behind the payload.
std::uint64_t RecordsOffset(std::size_t payload) {
  constexpr std::uint64_t kPage = 4096;
  return MailboxHeader::kDataOffset + (payload + kPage - 1) / kPage * kPage;
}

void PutPayload(MailboxMemory& mailbox, std::string_view payload,
                std::chrono::seconds virtual_limit) {
  MailboxHeader& header = mailbox.header();
  const std::uint64_t records = RecordsOffset(payload.size());
  if (records >= kMailboxSize) {
    throw EnvironmentError("payload", "mailbox", EFBIG,
                           "strip(1) the binary of its debug information");
  }
  std::memcpy(mailbox.bytes() + MailboxHeader::kDataOffset, payload.data(), payload.size());
  header.payload_size = payload.size();
  header.records_offset = records;
  header.virtual_limit = static_cast<std::uint64_t>(virtual_limit.count());
  header.magic = MailboxHeader::kMagic;
  header.go = 1;
}

// QEMU opens a file of RAM to write, even if it maps it copy-on-write. One that may not be written
// is copied to `copy`.
std::filesystem::path WritableRam(const std::filesystem::path& ram, Fd& copy) {
  if (access(ram.c_str(), W_OK) == 0) return ram;
  const Fd file(Check(open(ram.c_str(), O_RDONLY | O_CLOEXEC), "open", ram.string()));
  copy = MakeMemory(0);
  CopyPages(file, copy, ram.string());
  return PathForChild(copy);
}

void Resume(Qmp& qmp, const std::filesystem::path& state_file) {
  const Fd state(
      Check(open(state_file.c_str(), O_RDONLY | O_CLOEXEC), "open", state_file.string()));
  qmp.Migrate("migrate-incoming", state.get());
  // A kernel that has pvpanic's driver uses it when it dies; that is no stop for a snapshot.
  qmp.Execute("set-action", {{"panic", "shutdown"}});
  qmp.Execute("cont");
}

}  // namespace

Guest::Guest(const Snapshot& snapshot, std::string_view payload, std::chrono::seconds virtual_limit,
             int interrupt)
    : mailbox_(MailboxMemory::Create()),
      virtual_limit_(virtual_limit),
      machine_(WritableRam(snapshot.ram, ram_), Machine::Ram::kCopied, mailbox_.descriptor(),
               {"-S", "-incoming", "defer"}, {Clock::now() + kResumePatience, interrupt}),
      records_(mailbox_.bytes(), kMailboxSize, RecordsOffset(payload.size())) {
  PutPayload(mailbox_, payload, virtual_limit);
  try {
    Resume(machine_.qmp(), snapshot.state);
  } catch (const EnvironmentError& error) {
    throw EnvironmentError(
        "resume", snapshot.state.string(), error.error(),
        fmt::format("{}; QEMU says: {}(remove that folder to take the snapshot anew)",
                    machine_.EndBecauseOf(error), TailOf(machine_.Console())));
  }
}

Guest::~Guest() = default;

std::string Guest::End() {
  const int qemu = machine_.End();
  const MailboxHeader& header = mailbox_.header();
  const int status = header.exit_status;
  switch (header.state.load()) {
    case MailboxHeader::State::kEnded:
      if (status == 0) return {};
      return WIFSIGNALED(status)
                 ? "the runner in the guest was " + KilledBy(WTERMSIG(status))
                 : fmt::format("the runner in the guest exited with {}", WEXITSTATUS(status));
    case MailboxHeader::State::kTooLate:
      return fmt::format("the guest still ran after {} s of its own time", virtual_limit_.count());
    default:
      break;
  }
  if (const std::string why = GuestComplaint(header, Console()); !why.empty()) return why;
  return WIFSIGNALED(qemu) ? "QEMU was " + KilledBy(WTERMSIG(qemu))
                           : "QEMU ended before the guest did";
}

}  // namespace halfopen

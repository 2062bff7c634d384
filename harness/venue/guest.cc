// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/guest.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstring>

#include "netns/error.h"

namespace halfopen {
namespace {

// Resuming takes a tenth of a second; this is for the slowest machine that is still alive.
constexpr std::chrono::minutes kPatience{2};

// Records begin at a page of their own behind the payload.
std::uint64_t RecordsOffset(std::size_t payload) {
  constexpr std::uint64_t kPage = 4096;
  return MailboxHeader::kDataOffset + (payload + kPage - 1) / kPage * kPage;
}

void PutPayload(MailboxMemory& mailbox, std::string_view payload,
                std::chrono::seconds virtual_limit) {
  MailboxHeader& header = mailbox.header();
  const std::uint64_t records = RecordsOffset(payload.size());
  if (records >= kMailboxSize) throw EnvironmentError("payload", "mailbox", EFBIG);
  std::memcpy(mailbox.bytes() + MailboxHeader::kDataOffset, payload.data(), payload.size());
  header.payload_size = payload.size();
  header.records_offset = records;
  header.virtual_limit = static_cast<std::uint64_t>(virtual_limit.count());
  header.magic = MailboxHeader::kMagic;
  header.go = 1;
}

void Resume(Qmp& qmp, const std::filesystem::path& state_file) {
  const TimePoint deadline = Clock::now() + kPatience;
  const nlohmann::json none = nlohmann::json::object();
  const Fd state(
      Check(open(state_file.c_str(), O_RDONLY | O_CLOEXEC), "open", state_file.string()));
  qmp.Execute("migrate-set-capabilities",
              {{"capabilities",
                {{{"capability", "x-ignore-shared"}, {"state", true}},
                 {{"capability", "events"}, {"state", true}}}}},
              deadline);
  qmp.PassDescriptor("state", state.get(), deadline);
  qmp.Execute("migrate-incoming", {{"uri", "fd:state"}}, deadline);
  for (std::string status; status != "completed";) {
    qmp.AwaitEvent("MIGRATION", deadline);
    status = qmp.Execute("query-migrate", none, deadline).value("status", "");
    if (status == "failed") throw EnvironmentError("QEMU", "resume", 0, "it failed");
  }
  qmp.Execute("cont", none, deadline);
}

}  // namespace

Guest::Guest(const Snapshot& snapshot, std::string_view payload, std::chrono::seconds virtual_limit)
    : mailbox_(MailboxMemory::Create()),
      machine_(snapshot.ram, Machine::Ram::kCopied, mailbox_.descriptor(),
               {"-S", "-incoming", "defer"}, kPatience) {
  PutPayload(mailbox_, payload, virtual_limit);
  try {
    Resume(machine_.qmp(), snapshot.state);
  } catch (const EnvironmentError& error) {
    throw EnvironmentError(
        "resume", snapshot.state.string(), 0,
        fmt::format("{}; QEMU says: {}(remove that folder to take the snapshot anew)", error.what(),
                    TailOf(machine_.Console())));
  }
}

Guest::~Guest() = default;

std::optional<GuestRecord> Guest::Next() {
  const MailboxHeader& header = mailbox_.header();
  const std::uint64_t room = kMailboxSize - header.records_offset;
  // What a guest says of sizes is held against what there is.
  const std::uint64_t whole = std::min(header.records_size.load(), room);
  if (read_ + sizeof(MailboxRecord) > whole) return std::nullopt;
  const char* const at = mailbox_.bytes() + header.records_offset + read_;
  MailboxRecord record{};
  std::memcpy(&record, at, sizeof record);
  const std::uint64_t rest = whole - read_ - sizeof record;
  if (record.text_size > rest || record.data_size > rest - record.text_size) return std::nullopt;
  read_ += sizeof record + record.text_size + record.data_size;
  const char* const text = at + sizeof record;
  return GuestRecord{{text, record.text_size}, {text + record.text_size, record.data_size}};
}

std::string Guest::End() {
  const int qemu = machine_.End();
  const MailboxHeader& header = mailbox_.header();
  switch (header.state.load()) {
    case MailboxHeader::State::kEnded:
      if (header.exit_status == 0) return {};
      return WIFSIGNALED(header.exit_status)
                 ? fmt::format("the runner in the guest was killed by SIG{}",
                               sigabbrev_np(WTERMSIG(header.exit_status)))
                 : fmt::format("the runner in the guest exited with {}",
                               WEXITSTATUS(header.exit_status));
    case MailboxHeader::State::kTooLate:
      return fmt::format("the guest still ran after {} s of its own time", header.virtual_limit);
    case MailboxHeader::State::kFailed:
      return fmt::format("the guest could not start: {}",
                         std::string(header.error, strnlen(header.error, sizeof header.error)));
    case MailboxHeader::State::kBooting:
    case MailboxHeader::State::kWaiting:
    case MailboxHeader::State::kRunning:
      break;
  }
  if (Console().find("Kernel panic") != std::string::npos) return "the guest's kernel panicked";
  return WIFSIGNALED(qemu) ? "QEMU was killed" : "QEMU ended before the guest did";
}

}  // namespace halfopen

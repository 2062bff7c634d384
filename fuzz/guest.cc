// SPDX-License-Identifier: GPL-2.0-or-later
// The records that a guest has put into its mailbox.
#include <cstring>
#include <vector>

#include "fuzz/scratch_folder.h"
#include "fuzz/target.h"
#include "harness/runner/guest_results.h"
#include "harness/venue/mailbox_reader.h"

namespace halfopen::fuzz {
namespace {

std::vector<PlannedRun> ThePlan() {
  PlannedRun run;
  run.scenario.suite = "RstAfterFin";
  run.scenario.name = "SecondWriteFailsWithEpipe";
  return {run};
}

}  // namespace

// All bytes are records, and the guest says so; of an odd first byte it says that there are more.
void GuestRecords(Input input) {
  if (input.empty()) return;
  static const ScratchFolder scratch;
  const Input records = input.subspan(1);
  std::vector<std::uint64_t> memory((MailboxHeader::kDataOffset + records.size() + 7) / 8);
  char* const mailbox = reinterpret_cast<char*>(memory.data());
  auto& header = *reinterpret_cast<MailboxHeader*>(mailbox);
  header.records_size = records.size() + (input.front() % 2 == 0 ? 0 : input.front());
  std::ranges::copy(records, mailbox + MailboxHeader::kDataOffset);
  MailboxReader reader(mailbox, MailboxHeader::kDataOffset + records.size(),
                       MailboxHeader::kDataOffset);
  const OutFolder out(scratch.path() / "out");
  GuestResults results("debian-6.12", ThePlan());
  const auto deliver = [](const ScenarioResult& result) { result.Title(); };
  while (const std::optional<GuestRecord> record = reader.Next()) {
    results.Take(*record, out, deliver);
  }
  results.CloseUp("the guest ended", deliver);
  for (const std::string& name : scratch.Names()) {
    Require(name == "out", "written outside of the folder: " + name);
  }
  scratch.Empty();
}

}  // namespace halfopen::fuzz

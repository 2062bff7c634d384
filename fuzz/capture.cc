// SPDX-License-Identifier: GPL-2.0-or-later
// What a scenario that was killed has left, and what evidence is made of it: the journal and a
// tap's pcap file give timeline.json, rulesets and capture.pcapng.
#include "fuzz/scratch_folder.h"
#include "fuzz/target.h"
#include "harness/evidence/evidence.h"
#include "harness/record/journal.h"

namespace halfopen::fuzz {

void CaptureFiles(Input input) {
  static const ScratchFolder scratch;
  const std::vector<std::string_view> parts = Parts(input, 2);
  scratch.Put(std::filesystem::path("run") / Journal::kFileName, parts[0]);
  scratch.Put("run/client-veth0.pcap", parts[1]);
  SalvageEvidence(scratch.path() / "run");
  for (const std::string& name : scratch.Names()) {
    Require(name == "run", "written outside of the folder: " + name);
  }
  scratch.Empty();
}

}  // namespace halfopen::fuzz

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EVIDENCE_EVIDENCE_H_
#define HALFOPEN_HARNESS_EVIDENCE_EVIDENCE_H_

#include <filesystem>
#include <string>
#include <vector>

#include "fixtures/testbed.h"
#include "harness/expect/mutant.h"
#include "harness/timeline/raw_record.h"
#include "harness/timeline/wire.h"

namespace halfopen {

// Writes timeline.json and removes the journal that it replaces: {"version": 1, "taps": [{"host",
// "link", "file", "addresses", "transit"}], "events": [{"t": nanoseconds since the start, "kind",
// "text", …}]}, all events of the record in one order, each on a line of its own. `wire` is
// TraceWire's. Throws EnvironmentError.
void WriteTimeline(const RawRecord& record, const std::vector<WirePacket>& wire,
                   const std::filesystem::path& folder);

// Writes capture.pcapng: every packet of the taps' pcap files in `folder`, and those that only the
// log of the fault rules saw, in the order of time, each on the interface where it was seen and
// with its line in packet notation and its verdict as a comment. A pcap file that is not there, or
// is cut, gives what it has. `wire` is TraceWire's. Throws EnvironmentError.
void WriteCapture(const RawRecord& record, const TracedWire& wire,
                  const std::filesystem::path& folder);

// Writes HOST.nft for every host that had a fault: its ruleset as `nft list ruleset` prints it,
// each time that a fault was armed or lifted. Throws EnvironmentError.
void WriteRulesets(const RawRecord& record, const std::filesystem::path& folder);

// Writes HOST.sysctl (as sysctl.conf(5) has it) for every host. Throws EnvironmentError.
void WriteSysctls(Testbed& testbed, const std::filesystem::path& folder);

// Writes mutants.json, a list with what a mutation run has judged: {"name", "file", "line",
// "expectation", "change", "survived"}. Throws EnvironmentError.
void WriteMutants(const std::vector<Mutant>& mutants, const std::filesystem::path& folder);

// Makes timeline.json out of the journal and the pcap files that a scenario left which did not come
// to its end. Never throws: what cannot be read is left as it is.
void SalvageEvidence(const std::filesystem::path& folder) noexcept;

// Replaces a file as a whole. Throws EnvironmentError.
void WriteFile(const std::filesystem::path& file, const std::string& text);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EVIDENCE_EVIDENCE_H_

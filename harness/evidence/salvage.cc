// SPDX-License-Identifier: GPL-2.0-or-later
#include <sstream>
#include <string>

#include "harness/evidence/evidence.h"
#include "harness/evidence/pcap_file.h"
#include "harness/foreign_json.h"
#include "harness/record/captured.h"
#include "harness/record/journal.h"
#include "harness/timeline/event_json.h"
#include "netns/regular_file.h"

namespace halfopen {
namespace {

void ReadPcap(const std::filesystem::path& folder, std::size_t tap, RawRecord& record) {
  ForEachFrame(folder / std::filesystem::path(record.taps[tap].file).filename(),
               [&](const PcapFrame& frame) {
                 // The journal's times are since `start`, a pcap file's since the epoch.
                 const TimePoint time = record.start + (frame.since_epoch - record.realtime);
                 std::optional<CapturedPacket> captured =
                     CapturedFrom(time, frame.bytes, tap, record.taps[tap]);
                 if (captured) record.packets.push_back(std::move(*captured));
               });
}

RawRecord ReadLeftovers(const std::filesystem::path& folder) {
  RawRecord record;
  std::istringstream journal(ReadRegularFile(folder / Journal::kFileName).value_or(""));
  for (std::string line; std::getline(journal, line);) {
    // The last line may be cut; what it would have said is lost.
    const nlohmann::json parsed = ParseForeignJson(line);
    if (!parsed.is_object()) continue;
    try {
      if (parsed.at("kind") == "start") {
        record.realtime = Duration(JournalTime(parsed, "realtime"));
      } else {
        ReadJournalLine(parsed, record);
      }
    } catch (const std::exception&) {
      // Not as halfopen writes it: the others still tell.
    }
  }
  for (std::size_t tap = 0; tap < record.taps.size(); ++tap) ReadPcap(folder, tap, record);
  return record;
}

}  // namespace

void SalvageEvidence(const std::filesystem::path& folder) noexcept {
  try {
    if (!IsRegularFile(folder / Journal::kFileName)) return;
    const RawRecord record = ReadLeftovers(folder);
    WriteRulesets(record, folder);
    const TracedWire wire = TraceWire(record);
    WriteTimeline(record, wire.packets, folder);
    WriteCapture(record, wire, folder);
  } catch (const std::exception&) {
    // The journal and the pcap files stay: they are the evidence then.
  }
}

}  // namespace halfopen

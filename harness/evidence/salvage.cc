// SPDX-License-Identifier: GPL-2.0-or-later
#include <pcap/pcap.h>

#include <array>
#include <fstream>
#include <memory>
#include <string>

#include "harness/evidence/evidence.h"
#include "harness/record/captured.h"
#include "harness/record/journal.h"
#include "harness/timeline/event_json.h"

namespace halfopen {
namespace {

// What the journal says of clocks: its times are since `start`, a pcap file's since the epoch.
struct Clocks {
  std::int64_t realtime_start = 0;  // nanoseconds
};

void ReadPcap(const std::filesystem::path& folder, std::size_t tap, const Clocks& clocks,
              RawRecord& record) {
  const std::filesystem::path file = folder / record.taps[tap].file;
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  const std::unique_ptr<pcap_t, void (*)(pcap_t*)> capture(
      pcap_open_offline_with_tstamp_precision(file.c_str(), PCAP_TSTAMP_PRECISION_NANO,
                                              error.data()),
      [](pcap_t* open) {
        if (open != nullptr) pcap_close(open);
      });
  if (!capture) return;
  pcap_pkthdr* header = nullptr;
  const unsigned char* bytes = nullptr;
  while (pcap_next_ex(capture.get(), &header, &bytes) == 1) {
    const std::span<const std::uint8_t> frame(bytes, header->caplen);
    const std::int64_t stamp = header->ts.tv_sec * 1'000'000'000LL + header->ts.tv_usec;
    std::optional<CapturedPacket> captured = CapturedFrom(
        record.start + Duration(stamp - clocks.realtime_start), frame, tap, record.taps[tap]);
    if (captured) record.packets.push_back(std::move(*captured));
  }
}

RawRecord ReadLeftovers(const std::filesystem::path& folder) {
  RawRecord record;
  Clocks clocks;
  std::ifstream journal(folder / Journal::kFileName);
  for (std::string line; std::getline(journal, line);) {
    // The last line may be cut; what it would have said is lost.
    const nlohmann::json parsed = nlohmann::json::parse(line, nullptr, false);
    if (!parsed.is_object()) continue;
    if (parsed.value("kind", "") == "start") {
      clocks.realtime_start = parsed.value("realtime", std::int64_t{0});
    } else {
      ReadJournalLine(parsed, record);
    }
  }
  for (std::size_t tap = 0; tap < record.taps.size(); ++tap) {
    ReadPcap(folder, tap, clocks, record);
  }
  return record;
}

}  // namespace

void SalvageEvidence(const std::filesystem::path& folder) noexcept {
  try {
    if (!std::filesystem::exists(folder / Journal::kFileName)) return;
    const RawRecord record = ReadLeftovers(folder);
    WriteRulesets(record, folder);
    WriteTimeline(record, folder);
  } catch (const std::exception&) {
    // The journal and the pcap files stay: they are the evidence then.
  }
}

}  // namespace halfopen

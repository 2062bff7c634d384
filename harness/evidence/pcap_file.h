// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EVIDENCE_PCAP_FILE_H_
#define HALFOPEN_HARNESS_EVIDENCE_PCAP_FILE_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>

#include "netns/clock.h"

namespace halfopen {

// A frame of a pcap file.
struct PcapFrame {
  Duration since_epoch{0};              // CLOCK_REALTIME
  std::span<const std::uint8_t> bytes;  // as far as captured
  std::uint32_t length = 0;             // on the wire, bytes
};

// Calls `visit` for each frame of a pcap file, in its order, until its end or until it is cut; for
// none of a file that is not there, is no regular one or no pcap file.
void ForEachFrame(const std::filesystem::path& file,
                  const std::function<void(const PcapFrame&)>& visit);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EVIDENCE_PCAP_FILE_H_

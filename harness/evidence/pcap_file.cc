// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/evidence/pcap_file.h"

#include <pcap/pcap.h>

#include <array>
#include <cstdio>
#include <memory>

#include "netns/regular_file.h"

namespace halfopen {
namespace {

// Null if it cannot be opened; the descriptor is the stream's then.
FILE* OpenStream(const std::filesystem::path& file) {
  Fd opened = OpenRegularFile(file);
  if (!opened) return nullptr;
  FILE* const stream = fdopen(opened.get(), "r");
  if (stream != nullptr) opened.Release();
  return stream;
}

}  // namespace

void ForEachFrame(const std::filesystem::path& file,
                  const std::function<void(const PcapFrame&)>& visit) {
  FILE* const stream = OpenStream(file);
  if (stream == nullptr) return;
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  const std::unique_ptr<pcap_t, void (*)(pcap_t*)> capture(
      pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO, error.data()),
      [](pcap_t* open) { pcap_close(open); });
  if (!capture) {
    std::fclose(stream);
    return;
  }
  pcap_pkthdr* header = nullptr;
  const unsigned char* bytes = nullptr;
  while (pcap_next_ex(capture.get(), &header, &bytes) == 1) {
    // With nanosecond precision tv_usec holds nanoseconds (pcap_open_offline(3PCAP)).
    const Duration stamp =
        std::chrono::seconds(header->ts.tv_sec) + std::chrono::nanoseconds(header->ts.tv_usec);
    visit({stamp, {bytes, header->caplen}, header->len});
  }
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/evidence/pcap_file.h"

#include <fcntl.h>
#include <pcap/pcap.h>
#include <sys/stat.h>

#include <array>
#include <cstdio>
#include <memory>

#include "netns/fd.h"

namespace halfopen {
namespace {

// Null if it cannot be opened; the descriptor is the stream's then.
FILE* OpenRegular(const std::filesystem::path& file) {
  Fd opened(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat status {};
  if (!opened || fstat(opened.get(), &status) != 0 || !S_ISREG(status.st_mode)) return nullptr;
  FILE* const stream = fdopen(opened.get(), "r");
  if (stream != nullptr) opened.Release();
  return stream;
}

}  // namespace

void ForEachFrame(const std::filesystem::path& file,
                  const std::function<void(const PcapFrame&)>& visit) {
  FILE* const stream = OpenRegular(file);
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

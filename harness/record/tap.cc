// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/record/tap.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <net/ethernet.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "netns/error.h"

namespace halfopen {
namespace {

// The first "local experimental" EtherType (IEEE 802), which no stack listens to.
constexpr std::uint16_t kMarkerType = 0x88b5;

struct Marker {
  ether_header header;
  std::array<std::uint8_t, 46> padding;  // to Ethernet's minimum frame
};

// Hop-by-hop options carry multicast listener reports, which no scenario is about.
constexpr char kFilter[] = "ether proto 0x88b5 or arp or ip or (ip6 and not ip6[6] == 0)";

// 512 KiB hold thousands of headers; hundreds of testbeds may run at once.
constexpr int kBufferBytes = 512 * 1024;

void Require(int status, pcap_t* capture, const char* call, const std::string& object) {
  if (status < 0) {
    const char* const words = pcap_geterr(capture);
    throw EnvironmentError(
        call, object, ErrnoOfText(words),
        status == PCAP_ERROR ? words : fmt::format("{}: {}", pcap_statustostr(status), words));
  }
}

// The filter, compiled once: by the runner, before it forks the children that use it.
bpf_program& CompiledFilter() {
  static bpf_program program = [] {
    const std::unique_ptr<pcap_t, void (*)(pcap_t*)> ethernet(
        pcap_open_dead(DLT_EN10MB, Tap::kSnapLength), pcap_close);
    bpf_program compiled{};
    Require(pcap_compile(ethernet.get(), &compiled, kFilter, 1, PCAP_NETMASK_UNKNOWN),
            ethernet.get(), "pcap_compile", kFilter);
    return compiled;
  }();
  return program;
}
[[maybe_unused]] const bpf_program& compiled_before_main = CompiledFilter();

// A stream for libpcap's writer. Throws EnvironmentError.
FILE* StreamTo(EvidenceFile& file) {
  const cookie_io_functions_t functions{
      .read = nullptr,
      .write = [](void* cookie, const char* bytes, std::size_t size) -> ssize_t {
        const int error = static_cast<EvidenceFile*>(cookie)->Append({bytes, size});
        if (error == 0) return static_cast<ssize_t>(size);
        errno = error;
        return 0;
      },
      .seek = nullptr,
      .close = nullptr};
  FILE* const stream = fopencookie(&file, "w", functions);
  if (stream == nullptr) throw EnvironmentError("fopencookie", file.path(), errno);
  return stream;
}

// What to add to a CLOCK_REALTIME stamp (libpcap's) to get CLOCK_MONOTONIC.
Duration RealtimeToMonotonic() {
  timespec realtime{};
  const TimePoint before = Clock::now();
  clock_gettime(CLOCK_REALTIME, &realtime);
  const TimePoint after = Clock::now();
  const Duration stamp =
      std::chrono::seconds(realtime.tv_sec) + std::chrono::nanoseconds(realtime.tv_nsec);
  return (before + (after - before) / 2).time_since_epoch() - stamp;
}

// RealtimeToMonotonic, sampled anew only to notice that CLOCK_REALTIME was set: the noise of every
// sample would otherwise reorder packets that are a microsecond apart.
Duration ClockOffset() {
  static std::atomic<Duration::rep> known = RealtimeToMonotonic().count();
  const Duration sample = RealtimeToMonotonic();
  if (std::chrono::abs(sample - Duration(known)) > std::chrono::milliseconds(1)) {
    known = sample.count();
  }
  return Duration(known);
}

}  // namespace

Tap::Tap(const NetworkNamespace& where, const std::string& link, const EvidencePlace& evidence,
         const std::string& file)
    : name_(link), file_(evidence, file) {
  const NamespaceScope inside(where);
  RequireIsolated();
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  capture_.reset(pcap_create(link.c_str(), error.data()));
  if (!capture_) throw EnvironmentError("pcap_create", link, 0, error.data());
  pcap_t* const capture = capture_.get();
  pcap_set_snaplen(capture, kSnapLength);
  pcap_set_immediate_mode(capture, 1);
  pcap_set_buffer_size(capture, kBufferBytes);
  pcap_set_tstamp_precision(capture, PCAP_TSTAMP_PRECISION_NANO);
  Require(pcap_activate(capture), capture, "pcap_activate", link);
  Require(pcap_setnonblock(capture, 1, error.data()), capture, "pcap_setnonblock", link);
  Require(pcap_setfilter(capture, &CompiledFilter()), capture, "pcap_setfilter", link);
  fd_ = pcap_get_selectable_fd(capture);
  if (evidence.folder.empty()) return;
  FILE* const stream = StreamTo(file_);
  dumper_.reset(pcap_dump_fopen(capture, stream));
  if (!dumper_) throw EnvironmentError("pcap_dump_fopen", file_.path(), 0, pcap_geterr(capture));
  FlushDump();
}

void Tap::FlushDump() {
  if (pcap_dump_flush(dumper_.get()) != 0) {
    throw EnvironmentError("write", file_.path(), errno, "the evidence is incomplete");
  }
}

void Tap::Read(const std::function<void(TimePoint, std::span<const std::uint8_t>)>& on_frame) {
  const Duration offset = ClockOffset();
  bool wrote = false;
  while (true) {
    pcap_pkthdr* header = nullptr;
    const unsigned char* bytes = nullptr;
    const int status = pcap_next_ex(capture_.get(), &header, &bytes);
    if (status == 0) break;
    Require(status, capture_.get(), "pcap_next_ex", name_);
    const std::span<const std::uint8_t> frame(bytes, header->caplen);
    if (SwallowMarker(frame)) continue;
    if (dumper_) {
      pcap_dump(reinterpret_cast<unsigned char*>(dumper_.get()), header, bytes);
      wrote = true;
    }
    // With nanosecond precision tv_usec holds nanoseconds (pcap_set_tstamp_precision(3PCAP)).
    const Duration stamp =
        std::chrono::seconds(header->ts.tv_sec) + std::chrono::nanoseconds(header->ts.tv_usec);
    on_frame(TimePoint(stamp + offset), frame);
  }
  if (wrote) FlushDump();
}

bool Tap::SwallowMarker(std::span<const std::uint8_t> frame) {
  Marker marker{};
  if (frame.size() < sizeof marker) return false;
  std::memcpy(&marker, frame.data(), sizeof marker);
  if (marker.header.ether_type != htons(kMarkerType)) return false;
  ++markers_seen_;
  return true;
}

void Tap::SendMarker() {
  Marker marker{};
  std::ranges::fill(marker.header.ether_dhost, std::uint8_t{0xff});
  marker.header.ether_type = htons(kMarkerType);
  if (pcap_inject(capture_.get(), &marker, sizeof marker) < 0) {
    throw EnvironmentError("pcap_inject", "marker on " + name_, errno);
  }
}

std::uint64_t Tap::Lost() const {
  pcap_stat statistics{};
  pcap_stats(capture_.get(), &statistics);
  return statistics.ps_drop;
}

}  // namespace halfopen

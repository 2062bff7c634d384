// SPDX-License-Identifier: GPL-2.0-or-later
// capture.pcapng: the taps' packets with what became of them.
#include <fmt/format.h>
#include <net/ethernet.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/evidence/evidence.h"
#include "harness/evidence/pcap_file.h"
#include "harness/evidence/pcapng.h"
#include "harness/expect/notation_print.h"
#include "harness/record/tap.h"

namespace halfopen {
namespace {

// A packet as one interface saw it.
struct SeenPacket {
  std::uint32_t interface = 0;
  Duration since_epoch{0};
  std::vector<std::uint8_t> bytes;  // as far as captured
  std::uint32_t length = 0;         // on the wire
  std::size_t wire = TracedWire::kNone;
};

// What is known of a packet's fate: a fault's rule, or whether the receiver's tap has seen it.
std::string FateOf(const WirePacket& packet) {
  if (packet.fault.empty()) return packet.arrived ? "arrived" : "never arrived";
  const bool rejected = packet.fault.find("reject") != std::string::npos;
  return fmt::format("{} on {} by: {}", rejected ? "rejected" : "dropped", packet.fault_host,
                     packet.fault);
}

// How long an IP packet is by its header (RFC 791 3.1, RFC 8200 3), of which the log may have kept
// less.
std::uint32_t LengthOf(const std::vector<std::uint8_t>& ip) {
  constexpr std::size_t kIpv6Header = 40;
  if (ip.size() < kIpv6Header / 2) return static_cast<std::uint32_t>(ip.size());
  const auto number_at = [&](std::size_t at) {
    return static_cast<std::uint32_t>(ip[at] << 8 | ip[at + 1]);
  };
  const std::uint32_t told = ip[0] >> 4 == 4 ? number_at(2) : kIpv6Header + number_at(4);
  return std::max(told, static_cast<std::uint32_t>(ip.size()));
}

// Whether an Ethernet frame is the one that the packet was taken from.
bool IsOf(std::span<const std::uint8_t> frame, const CapturedPacket& packet) {
  return frame.size() >= ETH_HLEN && std::ranges::equal(frame.subspan(ETH_HLEN), packet.bytes);
}

class Capture {
 public:
  Capture(const RawRecord& record, const TracedWire& wire) : record_(record), wire_(wire) {}

  void AddTap(std::size_t tap, const std::filesystem::path& folder) {
    const std::filesystem::path file = std::filesystem::path(record_.taps[tap].file).filename();
    const std::uint32_t interface =
        file_.AddInterface(file.stem().string(), Pcapng::kEthernet, Tap::kSnapLength);
    // The record has what the taps delivered, in the order of their files.
    std::size_t next = 0;
    ForEachFrame(folder / file, [&](const PcapFrame& frame) {
      std::size_t wire = TracedWire::kNone;
      while (next < record_.packets.size() && record_.packets[next].tap != tap) ++next;
      // A frame of which the record keeps nothing is none of its next packet's.
      if (next < record_.packets.size() && IsOf(frame.bytes, record_.packets[next])) {
        wire = wire_.of_captured[next++];
      }
      packets_.push_back({interface,
                          frame.since_epoch,
                          {frame.bytes.begin(), frame.bytes.end()},
                          frame.length,
                          wire});
    });
  }

  // Those that no tap has seen: an output rule has dropped them.
  void AddFaultLog() {
    std::vector<bool> seen_by_tap(wire_.packets.size(), false);
    for (const std::size_t of : wire_.of_captured) seen_by_tap[of] = true;
    std::map<std::string, std::uint32_t> interfaces;
    for (std::size_t i = 0; i < record_.hits.size(); ++i) {
      const std::size_t of = wire_.of_hit[i];
      if (of == TracedWire::kNone || seen_by_tap[of]) continue;
      const FaultHit& hit = record_.hits[i];
      const auto [interface, is_new] = interfaces.try_emplace(hit.host, 0);
      if (is_new) {
        interface->second = file_.AddInterface(hit.host + " fault log", Pcapng::kRaw, 0);
      }
      packets_.push_back({interface->second, record_.realtime + (hit.time - record_.start),
                          hit.bytes, LengthOf(hit.bytes), of});
    }
  }

  const std::string& Bytes() {
    std::ranges::stable_sort(packets_, {}, &SeenPacket::since_epoch);
    // Once for all interfaces that have seen a packet: a guest is slow.
    std::vector<std::string> comments;
    comments.reserve(wire_.packets.size() + 1);
    for (const WirePacket& packet : wire_.packets) {
      comments.push_back(PrintPacket(packet) + "; " + FateOf(packet));
    }
    comments.emplace_back();
    for (const SeenPacket& packet : packets_) {
      file_.AddPacket(packet.interface, packet.since_epoch, packet.bytes, packet.length,
                      comments[std::min(packet.wire, comments.size() - 1)]);
    }
    return file_.bytes();
  }

 private:
  const RawRecord& record_;
  const TracedWire& wire_;
  Pcapng file_{"halfopen"};
  std::vector<SeenPacket> packets_;
};

}  // namespace

void WriteCapture(const RawRecord& record, const TracedWire& wire,
                  const std::filesystem::path& folder) {
  Capture capture(record, wire);
  for (std::size_t tap = 0; tap < record.taps.size(); ++tap) capture.AddTap(tap, folder);
  capture.AddFaultLog();
  WriteFile(folder / "capture.pcapng", capture.Bytes());
}

}  // namespace halfopen

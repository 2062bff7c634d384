// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RECORD_TAP_H_
#define HALFOPEN_HARNESS_RECORD_TAP_H_

#include <pcap/pcap.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "harness/record/evidence_file.h"
#include "netns/clock.h"
#include "netns/namespace.h"

namespace halfopen {

// A libpcap capture on one interface of one host: immediate mode, nanosecond time stamps, headers
// and a few payload bytes, IP and ARP without multicast listener reports. Not thread-safe, but for
// SendMarker. Opening and closing one waits for the kernel (RCU grace periods of packet(7)
// sockets): several are best opened, and closed, at the same time.
class Tap {
 public:
  // Bytes kept of each frame: every header that TCP can have over IPv6, and some payload.
  static constexpr int kSnapLength = 192;

  // Starts capturing. `file` of the evidence gets every packet as pcap. Throws EnvironmentError.
  Tap(const NetworkNamespace& where, const std::string& link, const EvidencePlace& evidence,
      const std::string& file);

  // Readable when packets wait (poll(2)).
  int fd() const { return fd_; }

  // Delivers the packets that wait now: time (CLOCK_MONOTONIC) and Ethernet frame. Markers are
  // swallowed and counted. Throws EnvironmentError when the capture or its file fails.
  void Read(const std::function<void(TimePoint, std::span<const std::uint8_t>)>& on_frame);

  // Sends a marker frame out of this interface, to be seen by the tap at the other end of the link
  // (on loopback by this one). Packets cross a link in order on each CPU, so every packet that this
  // CPU sent before the marker has been captured, and dealt with by the receiver's stack, when the
  // marker has. Thread-safe.
  void SendMarker();
  // Markers received so far.
  std::uint64_t markers_seen() const { return markers_seen_; }

  // Packets that the capture lost (pcap_stats(3PCAP)); a scenario with losses is an error.
  std::uint64_t Lost() const;

 private:
  struct CaptureCloser {
    void operator()(pcap_t* capture) const { pcap_close(capture); }
  };
  struct DumperCloser {
    void operator()(pcap_dumper_t* dumper) const { pcap_dump_close(dumper); }
  };
  // Throws EnvironmentError.
  void FlushDump();
  bool SwallowMarker(std::span<const std::uint8_t> frame);

  std::string name_;
  EvidenceFile file_;  // what the dumper writes to
  std::unique_ptr<pcap_t, CaptureCloser> capture_;
  std::unique_ptr<pcap_dumper_t, DumperCloser> dumper_;
  int fd_ = -1;
  std::uint64_t markers_seen_ = 0;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RECORD_TAP_H_

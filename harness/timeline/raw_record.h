// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_TIMELINE_RAW_RECORD_H_
#define HALFOPEN_HARNESS_TIMELINE_RAW_RECORD_H_

#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/record/packet.h"
#include "netns/address.h"
#include "netns/clock.h"
#include "netns/link.h"

namespace halfopen {

// Where a tap listens.
struct TapInfo {
  std::string host;
  std::string link;
  std::string file;                  // its pcap file in the evidence folder
  std::vector<IpAddress> addresses;  // of the host on this link
  MacAddress mac{};                  // of the interface; all zero of loopback
  int segment = 0;                   // the link that it listens on: both ends have the same
  bool transit = false;              // of a router, which passes on what others send
};

// One packet as one tap saw it.
struct CapturedPacket {
  TimePoint time;
  std::size_t tap = 0;  // index of its TapInfo
  bool sent = false;    // it left the tap's interface; else it came in there
  Packet packet;
  std::vector<std::uint8_t> bytes;  // from the IP header on, as far as captured
};

// One packet that a fault rule logged.
struct FaultHit {
  TimePoint time;
  std::string host;
  std::string fault;                // FaultEvent::name
  std::vector<std::uint8_t> bytes;  // from the IP header on, as far as logged
};

// Anything but a packet: a call, a socket state, a fault, a cause, a program's output. Copies share
// what they point to, for a record is copied each time that it is judged.
struct RecordedEvent {
  TimePoint time;
  std::shared_ptr<const nlohmann::json> body;  // "kind", "text", "t", the fields of its kind
  std::shared_ptr<const std::string> line;     // the body as the journal and timeline.json have it
};

// Everything that was observed of one scenario, in the order of its arrival.
struct RawRecord {
  TimePoint start;  // the timeline's zero
  Duration realtime{
      0};  // the same moment by CLOCK_REALTIME, which pcap files have; since the epoch
  std::vector<TapInfo> taps;
  std::vector<CapturedPacket> packets;
  std::vector<FaultHit> hits;
  std::map<std::string, std::string> faults;  // fault name -> rule as nft prints it
  std::map<Endpoint, std::string> labels;     // the first label of each endpoint
  std::vector<RecordedEvent> events;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_TIMELINE_RAW_RECORD_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/timeline/wire.h"

#include <netinet/in.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace halfopen {
namespace {

std::uint16_t Ipv4Identification(const std::vector<std::uint8_t>& bytes) {
  const bool ipv4 = bytes.size() >= 6 && bytes[0] >> 4 == 4;
  return ipv4 ? static_cast<std::uint16_t>(bytes[4] << 8 | bytes[5]) : std::uint16_t{0};
}

bool SameIdentity(const CapturedPacket& one, const CapturedPacket& other) {
  return one.packet == other.packet &&
         Ipv4Identification(one.bytes) == Ipv4Identification(other.bytes);
}

bool SentBy(const TapInfo& tap, const Packet& packet) {
  return std::ranges::find(tap.addresses, packet.source.address) != tap.addresses.end();
}

// Sequence numbers relative to the first of each direction of each connection.
class RelativeNumbers {
 public:
  void Apply(WirePacket& wire) {
    const Packet& packet = wire.packet;
    const bool opens = (packet.flags & kSyn) != 0;
    auto& own = bases_[{packet.source, packet.destination}];
    if (!own || (opens && *own != packet.sequence)) {
      // A new incarnation of the connection starts both directions anew.
      if (opens && own && (packet.flags & kAck) == 0) {
        bases_[{packet.destination, packet.source}].reset();
      }
      own = packet.sequence;
    }
    wire.sequence = packet.sequence - *own;
    if ((packet.flags & kAck) != 0) {
      auto& peer = bases_[{packet.destination, packet.source}];
      if (!peer) peer = packet.acknowledgment - 1;
      wire.acknowledgment = packet.acknowledgment - *peer;
    }
  }

  void ApplyToQuoted(WirePacket& wire) {
    const QuotedSegment& quoted = *wire.packet.quoted;
    const auto base = bases_.find({quoted.source, quoted.destination});
    if (base != bases_.end() && base->second) wire.sequence = quoted.sequence - *base->second;
  }

 private:
  std::map<std::pair<Endpoint, Endpoint>, std::optional<std::uint32_t>> bases_;
};

std::string LabelOf(const RawRecord& record, const Endpoint& endpoint) {
  if (const auto found = record.labels.find(endpoint); found != record.labels.end()) {
    return found->second;
  }
  for (const TapInfo& tap : record.taps) {
    if (std::ranges::find(tap.addresses, endpoint.address) != tap.addresses.end()) {
      return tap.host;
    }
  }
  return endpoint.address.ToString();
}

std::string RuleOf(const RawRecord& record, const std::string& fault) {
  const auto found = record.faults.find(fault);
  return found == record.faults.end() ? fault : found->second;
}

// The packets with what each tap saw of them: the nth arrival of a packet is joined to its nth
// sending. What arrives without having been sent here (a crafted packet) stands for itself.
std::vector<WirePacket> JoinTaps(const RawRecord& record) {
  std::vector<const CapturedPacket*> sendings;
  std::vector<const CapturedPacket*> arrivals;
  for (const CapturedPacket& captured : record.packets) {
    (SentBy(record.taps[captured.tap], captured.packet) ? sendings : arrivals).push_back(&captured);
  }
  std::ranges::stable_sort(sendings, {}, &CapturedPacket::time);
  std::ranges::stable_sort(arrivals, {}, &CapturedPacket::time);
  const bool one_tap_sees_both_ends = record.taps.size() == 1;
  std::vector<WirePacket> wire;
  for (const CapturedPacket* sent : sendings) {
    WirePacket packet;
    packet.time = sent->time;
    packet.packet = sent->packet;
    if (one_tap_sees_both_ends) packet.arrived = sent->time;
    wire.push_back(std::move(packet));
  }
  std::size_t first_waiting = 0;
  for (const CapturedPacket* arrival : arrivals) {
    while (first_waiting < sendings.size() && wire[first_waiting].arrived) ++first_waiting;
    std::size_t match = first_waiting;
    while (match < sendings.size() &&
           (wire[match].arrived || !SameIdentity(*sendings[match], *arrival))) {
      ++match;
    }
    if (match < sendings.size()) {
      wire[match].arrived = arrival->time;
      continue;
    }
    WirePacket packet;
    packet.time = arrival->time;
    packet.packet = arrival->packet;
    packet.arrived = arrival->time;
    wire.push_back(std::move(packet));
  }
  return wire;
}

void MarkFaults(const RawRecord& record, std::vector<WirePacket>& wire) {
  for (const FaultHit& hit : record.hits) {
    const std::optional<Packet> packet = DecodeIp(hit.bytes);
    if (!packet) continue;
    const auto same = std::ranges::find_if(wire, [&](const WirePacket& candidate) {
      return candidate.fault.empty() && candidate.packet == *packet;
    });
    if (same != wire.end()) {
      same->fault = RuleOf(record, hit.fault);
      continue;
    }
    WirePacket unseen;
    unseen.time = hit.time;
    unseen.packet = *packet;
    unseen.fault = RuleOf(record, hit.fault);
    wire.push_back(std::move(unseen));
  }
  std::ranges::stable_sort(wire, {}, &WirePacket::time);
}

}  // namespace

std::vector<WirePacket> BuildWire(const RawRecord& record) {
  std::vector<WirePacket> wire = JoinTaps(record);
  MarkFaults(record, wire);
  RelativeNumbers numbers;
  for (WirePacket& packet : wire) {
    packet.from = LabelOf(record, packet.packet.source);
    packet.to = LabelOf(record, packet.packet.destination);
    if (packet.packet.protocol == IPPROTO_TCP) numbers.Apply(packet);
    if (packet.packet.quoted) numbers.ApplyToQuoted(packet);
  }
  return wire;
}

std::vector<WirePacket> OfConnection(const std::vector<WirePacket>& wire, const Endpoint& a,
                                     const Endpoint& b) {
  const auto joins = [&](const auto& segment) {
    return (segment.source == a && segment.destination == b) ||
           (segment.source == b && segment.destination == a);
  };
  std::vector<WirePacket> result;
  std::ranges::copy_if(wire, std::back_inserter(result), [&](const WirePacket& packet) {
    return joins(packet.packet) || (packet.packet.quoted && joins(*packet.packet.quoted));
  });
  return result;
}

}  // namespace halfopen

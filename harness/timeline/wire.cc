// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/timeline/wire.h"

#include <netinet/in.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>
#include <optional>
#include <set>
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

// Whether the other end takes this SYN within its window for what it is: one that does not belong
// there, which it challenges (RFC 5961 4.2). What it says next then is neither SYN nor RST.
bool IsChallenged(const std::vector<WirePacket>& wire, std::size_t syn, std::uint32_t base) {
  constexpr std::uint32_t kWindow = 65535;
  const Packet& packet = wire[syn].packet;
  if (packet.sequence - base > kWindow) return false;
  for (std::size_t i = syn + 1; i < wire.size(); ++i) {
    const Packet& next = wire[i].packet;
    if (next.protocol != IPPROTO_TCP || next.source != packet.destination ||
        next.destination != packet.source) {
      continue;
    }
    return (next.flags & (kSyn | kRst)) == 0;
  }
  return false;
}

// Sequence numbers relative to the first of each direction of each connection.
class RelativeNumbers {
 public:
  void Apply(std::vector<WirePacket>& all, std::size_t index) {
    WirePacket& wire = all[index];
    const Packet& packet = wire.packet;
    auto& own = bases_[{packet.source, packet.destination}];
    const bool opens = (packet.flags & kSyn) != 0 && !(own && IsChallenged(all, index, *own));
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
  // Of a host by itself, whatever its address (127.0.0.2, or the other family's).
  if (record.taps.size() == 1) return record.taps.front().host;
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

// One packet on one link: what the taps at its two ends saw, either of which may have seen nothing.
struct Crossing {
  const CapturedPacket* sent = nullptr;
  const CapturedPacket* arrived = nullptr;

  TimePoint time() const { return sent != nullptr ? sent->time : arrived->time; }
};

// What crossed a link: the nth arrival of a packet is joined to its nth sending. What arrives
// without having been sent here (a crafted packet) stands for itself.
void AddCrossings(const RawRecord& record, int segment, std::vector<Crossing>& all) {
  std::vector<Crossing> crossings;
  std::vector<const CapturedPacket*> arrivals;
  for (const CapturedPacket& captured : record.packets) {
    if (record.taps[captured.tap].segment != segment) continue;
    if (captured.sent) {
      crossings.push_back({.sent = &captured});
    } else {
      arrivals.push_back(&captured);
    }
  }
  std::ranges::stable_sort(crossings, {}, &Crossing::time);
  std::ranges::stable_sort(arrivals, {}, &CapturedPacket::time);
  const std::size_t sendings = crossings.size();
  std::size_t first_waiting = 0;
  for (const CapturedPacket* arrival : arrivals) {
    while (first_waiting < sendings && crossings[first_waiting].arrived != nullptr) ++first_waiting;
    std::size_t match = first_waiting;
    while (match < sendings && (crossings[match].arrived != nullptr ||
                                !SameIdentity(*crossings[match].sent, *arrival))) {
      ++match;
    }
    if (match < sendings) {
      crossings[match].arrived = arrival;
    } else {
      crossings.push_back({.arrived = arrival});
    }
  }
  all.insert(all.end(), crossings.begin(), crossings.end());
}

// Joins the crossings of one packet on one link after the other.
class Forwarding {
 public:
  explicit Forwarding(const RawRecord& record)
      : record_(record), of_captured_(record.packets.size()) {}

  // Crossings come in the order of their time.
  void Add(const Crossing& crossing) {
    if (crossing.sent != nullptr && TapOf(*crossing.sent).transit) {
      if (WirePacket* const forwarded = TakeWaiting(*crossing.sent)) {
        Arrive(crossing, *forwarded);
        Trace(crossing, *forwarded);
        return;
      }
    }
    WirePacket packet;
    packet.time = crossing.time();
    packet.packet = (crossing.sent != nullptr ? crossing.sent : crossing.arrived)->packet;
    // A router speaks for others too, as when it refuses with a RST in a server's name.
    if (crossing.sent != nullptr && TapOf(*crossing.sent).transit) {
      packet.from = TapOf(*crossing.sent).host;
    }
    wire_.push_back(std::move(packet));
    Arrive(crossing, wire_.back());
    Trace(crossing, wire_.back());
  }

  TracedWire Take() { return {std::move(wire_), std::move(of_captured_), {}}; }

 private:
  // A packet that has come to a router and that it may yet pass on.
  struct Waiting {
    const CapturedPacket* captured;
    std::size_t index;  // in wire_
  };

  std::size_t IndexOf(const WirePacket& packet) const {
    return static_cast<std::size_t>(&packet - wire_.data());
  }

  void Trace(const Crossing& crossing, const WirePacket& packet) {
    for (const CapturedPacket* captured : {crossing.sent, crossing.arrived}) {
      if (captured == nullptr) continue;
      of_captured_[static_cast<std::size_t>(captured - record_.packets.data())] = IndexOf(packet);
    }
  }

  const TapInfo& TapOf(const CapturedPacket& captured) const { return record_.taps[captured.tap]; }

  // The one that the router has just sent; null if it is the router's own. Of several that are the
  // same the last: a router drops packets, but does not hold them back.
  WirePacket* TakeWaiting(const CapturedPacket& sent) {
    const auto found = std::find_if(waiting_.rbegin(), waiting_.rend(), [&](const Waiting& one) {
      return TapOf(*one.captured).host == TapOf(sent).host && SameIdentity(*one.captured, sent);
    });
    if (found == waiting_.rend()) return nullptr;
    WirePacket* const packet = &wire_[found->index];
    waiting_.erase(std::next(found).base());
    return packet;
  }

  void Arrive(const Crossing& crossing, WirePacket& packet) {
    const bool one_tap_sees_both_ends = record_.taps.size() == 1;
    const CapturedPacket* const arrived = one_tap_sees_both_ends ? crossing.sent : crossing.arrived;
    if (arrived == nullptr) return;
    const TapInfo& tap = TapOf(*arrived);
    const IpAddress& destination = arrived->packet.destination.address;
    if (tap.transit && std::ranges::find(tap.addresses, destination) == tap.addresses.end()) {
      waiting_.push_back({arrived, IndexOf(packet)});
    } else {
      packet.arrived = arrived->time;
    }
  }

  const RawRecord& record_;
  std::vector<WirePacket> wire_;
  std::vector<std::size_t> of_captured_;
  std::vector<Waiting> waiting_;
};

TracedWire JoinTaps(const RawRecord& record) {
  std::set<int> segments;
  for (const TapInfo& tap : record.taps) segments.insert(tap.segment);
  std::vector<Crossing> crossings;
  for (const int segment : segments) AddCrossings(record, segment, crossings);
  std::ranges::stable_sort(crossings, {}, &Crossing::time);
  Forwarding forwarding(record);
  for (const Crossing& crossing : crossings) forwarding.Add(crossing);
  return forwarding.Take();
}

// Orders the packets by time, and what is of them with them.
void SortByTime(TracedWire& wire) {
  if (std::ranges::is_sorted(wire.packets, {}, &WirePacket::time)) return;
  std::vector<std::size_t> order(wire.packets.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return wire.packets[i].time; });
  std::vector<WirePacket> sorted;
  sorted.reserve(order.size());
  std::vector<std::size_t> place(order.size());
  for (const std::size_t from : order) {
    place[from] = sorted.size();
    sorted.push_back(std::move(wire.packets[from]));
  }
  wire.packets = std::move(sorted);
  for (std::size_t& of : wire.of_captured) of = place[of];
  for (std::size_t& of : wire.of_hit) {
    if (of != TracedWire::kNone) of = place[of];
  }
}

// When the fault was armed, as far as is known.
TimePoint ArmedAt(const RawRecord& record, const std::string& fault) {
  for (const RecordedEvent& event : record.events) {
    const nlohmann::json& body = *event.body;
    if (body.at("kind") == "fault" && body.at("name") == fault && body.at("armed") == true) {
      return event.time;
    }
  }
  return TimePoint::min();
}

// The packet that hit a fault. Of several that are the same (a SYN-ACK that is repeated is, where
// there are no timestamps) it is the first that came behind the arming: those that came before met
// no fault. The arming is told a moment after it, so it may have been the last of these, too.
std::vector<WirePacket>::iterator FindHit(const RawRecord& record, const FaultHit& hit,
                                          const Packet& packet, std::vector<WirePacket>& wire) {
  const auto is_it = [&](const WirePacket& candidate) {
    return candidate.fault.empty() && candidate.packet == packet;
  };
  auto found = std::ranges::find_if(wire, is_it);
  if (found == wire.end()) return found;
  const TimePoint armed = ArmedAt(record, hit.fault);
  for (auto next = found; found->time < armed;) {
    next = std::find_if(std::next(next), wire.end(), is_it);
    if (next == wire.end() || next->time > hit.time) break;
    found = next;
  }
  return found;
}

void MarkFaults(const RawRecord& record, TracedWire& traced) {
  std::vector<WirePacket>& wire = traced.packets;
  traced.of_hit.assign(record.hits.size(), TracedWire::kNone);
  auto of = traced.of_hit.begin();
  for (const FaultHit& hit : record.hits) {
    std::size_t& of_hit = *of++;
    const std::optional<Packet> packet = DecodeIp(hit.bytes);
    if (!packet) continue;
    const auto same = FindHit(record, hit, *packet, wire);
    if (same != wire.end()) {
      same->fault = RuleOf(record, hit.fault);
      same->fault_host = hit.host;
      of_hit = static_cast<std::size_t>(same - wire.begin());
      continue;
    }
    WirePacket unseen;
    unseen.time = hit.time;
    unseen.packet = *packet;
    unseen.fault = RuleOf(record, hit.fault);
    unseen.fault_host = hit.host;
    of_hit = wire.size();
    wire.push_back(std::move(unseen));
  }
  SortByTime(traced);
}

}  // namespace

std::vector<WirePacket> BuildWire(const RawRecord& record) { return TraceWire(record).packets; }

TracedWire TraceWire(const RawRecord& record) {
  TracedWire traced = JoinTaps(record);
  MarkFaults(record, traced);
  std::vector<WirePacket>& wire = traced.packets;
  RelativeNumbers numbers;
  for (std::size_t i = 0; i < wire.size(); ++i) {
    WirePacket& packet = wire[i];
    if (packet.from.empty()) packet.from = LabelOf(record, packet.packet.source);
    packet.to = LabelOf(record, packet.packet.destination);
    if (packet.packet.protocol == IPPROTO_TCP) numbers.Apply(wire, i);
    if (packet.packet.quoted) numbers.ApplyToQuoted(packet);
  }
  return traced;
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

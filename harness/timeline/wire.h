// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_TIMELINE_WIRE_H_
#define HALFOPEN_HARNESS_TIMELINE_WIRE_H_

#include <cstddef>
#include <vector>

#include "harness/timeline/raw_record.h"
#include "harness/timeline/wire_packet.h"

namespace halfopen {

// Makes one packet of what the taps of both ends, and the log of the fault rules, saw of it; in the
// order of time. Packets are paired by their bytes: the nth sending with the nth
// arrival. A packet that a router passed on is one, sent by one host and arrived at the other; one
// that the router itself sent is from the router. A packet that a fault dropped before any tap
// (output hook) is taken from the log.
std::vector<WirePacket> BuildWire(const RawRecord& record);

// A wire, and of which of its packets each captured one and each hit of the record is.
struct TracedWire {
  std::vector<WirePacket> packets;
  std::vector<std::size_t> of_captured;  // by index in RawRecord::packets
  std::vector<std::size_t> of_hit;       // by index in RawRecord::hits; kNone if it is none's
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
};
TracedWire TraceWire(const RawRecord& record);

// The segments of `wire` that one connection exchanged, and the ICMP errors that quote one of them;
// `a` and `b` are its two endpoints.
std::vector<WirePacket> OfConnection(const std::vector<WirePacket>& wire, const Endpoint& a,
                                     const Endpoint& b);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_TIMELINE_WIRE_H_

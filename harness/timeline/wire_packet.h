// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_TIMELINE_WIRE_PACKET_H_
#define HALFOPEN_HARNESS_TIMELINE_WIRE_PACKET_H_

#include <cstdint>
#include <optional>
#include <string>

#include "harness/record/packet.h"
#include "netns/clock.h"

namespace halfopen {

// A packet of the timeline: what the taps of both ends saw, with the fault that it hit.
struct WirePacket {
  TimePoint time;                    // when the first tap saw it
  std::optional<TimePoint> arrived;  // when the receiver's tap saw it; none if it never got there
  Packet packet;
  std::string from;  // label of the sending end: a socket's name, or its host's
  std::string to;
  // Relative to the direction's first sequence number (SYN = 0); of an ICMP error, that of the
  // segment that it quotes.
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgment = 0;  // relative; meaningful if packet.flags & kAck
  std::string fault;                 // nft text of the fault rule that it hit; empty if it hit none
  std::string fault_host;            // the host of that rule
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_TIMELINE_WIRE_PACKET_H_

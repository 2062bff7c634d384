// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_ICMP_MESSAGE_H_
#define HALFOPEN_NETNS_ICMP_MESSAGE_H_

#include <cstdint>

#include "netns/address.h"

namespace halfopen {

// What an ICMP or ICMPv6 message says (IANA's registries of types and codes). Which of the two it
// is goes by the addresses beside it.
struct IcmpMessage {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  bool operator==(const IcmpMessage&) const = default;
};

// The TCP segment that an ICMP error quotes: its ends and the first of its sequence numbers, which
// lie in the 8 bytes that even the shortest quotation has (RFC 792).
struct QuotedSegment {
  Endpoint source;
  Endpoint destination;
  std::uint32_t sequence = 0;  // as on the wire, host byte order
  bool operator==(const QuotedSegment&) const = default;
};

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_ICMP_MESSAGE_H_

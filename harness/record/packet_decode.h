// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RECORD_PACKET_DECODE_H_
#define HALFOPEN_HARNESS_RECORD_PACKET_DECODE_H_

#include <cstdint>
#include <optional>
#include <span>

#include "harness/record/packet.h"

// What the parts of the packet decoder share; nobody else includes it.
namespace halfopen {

using Bytes = std::span<const std::uint8_t>;

inline std::uint16_t Read16(Bytes bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

inline std::uint32_t Read32(Bytes bytes, std::size_t at) {
  return static_cast<std::uint32_t>(Read16(bytes, at)) << 16 | Read16(bytes, at + 2);
}

// What stands behind the IP headers.
struct IpPayload {
  Bytes bytes;                  // as far as captured
  std::size_t length = 0;       // as the IP header says
  bool later_fragment = false;  // from the middle of a packet, so without a transport header
};

// Reads the IP header and IPv6's extension headers into protocol and addresses of `packet`. nullopt
// for what is no well-formed IP packet.
std::optional<IpPayload> DecodeIpHeaders(Bytes bytes, Packet& packet);

// Reads an ICMP or ICMPv6 message, by the family of packet.source. `length` is what the IP header
// says, `bytes` what was captured of that. False if not even type and code are there.
bool DecodeIcmp(Bytes bytes, std::size_t length, Packet& packet);

// Reads an ARP packet from its own header on; nullopt if it is not about Ethernet and IPv4, or
// neither a request nor a reply.
std::optional<Packet> DecodeArp(Bytes bytes);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RECORD_PACKET_DECODE_H_

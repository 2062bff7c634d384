// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RECORD_PACKET_H_
#define HALFOPEN_HARNESS_RECORD_PACKET_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "netns/address.h"
#include "netns/icmp_message.h"

namespace halfopen {

// TCP control bits (RFC 9293, 3.1).
enum TcpFlag : std::uint8_t {
  kFin = 0x01,
  kSyn = 0x02,
  kRst = 0x04,
  kPsh = 0x08,
  kAck = 0x10,
  kUrg = 0x20,
  kEce = 0x40,
  kCwr = 0x80,
};

// One TCP option as it stands in the header; `data` is without kind and length.
struct TcpOption {
  std::uint8_t kind = 0;
  std::vector<std::uint8_t> data;
  bool operator==(const TcpOption&) const = default;
};

// TCP option kinds (IANA registry).
inline constexpr std::uint8_t kOptionEnd = 0;
inline constexpr std::uint8_t kOptionNop = 1;
inline constexpr std::uint8_t kOptionMss = 2;
inline constexpr std::uint8_t kOptionWindowScale = 3;
inline constexpr std::uint8_t kOptionSackPermitted = 4;
inline constexpr std::uint8_t kOptionSack = 5;
inline constexpr std::uint8_t kOptionTimestamps = 8;
inline constexpr std::uint8_t kOptionFastOpen = 34;

// Neighbour resolution: ARP (RFC 826), and neighbour solicitation and advertisement (RFC 4861), in
// tcpdump's words for ARP.
enum class Neighbour : std::uint8_t {
  kNone,
  kWhoHas,  // asks for the link-layer address of `destination`
  kIsAt,    // tells that of `source`
};

// One decoded packet. Ports, flags and the fields behind them are TCP's and zero for others.
struct Packet {
  std::uint8_t protocol = 0;  // IPPROTO_TCP, IPPROTO_ICMP, IPPROTO_ICMPV6, …; 0 for ARP
  Endpoint source;
  Endpoint destination;
  std::uint8_t flags = 0;            // TcpFlag bits
  std::uint32_t sequence = 0;        // as on the wire, host byte order
  std::uint32_t acknowledgment = 0;  // valid if flags & kAck
  std::uint16_t window = 0;          // unscaled, as in the header
  std::uint32_t payload_length = 0;  // bytes behind the TCP header, by the IP length
  std::vector<TcpOption> options;    // NOP and end-of-list left out
  IcmpMessage icmp;                  // type and code, of protocol ICMP or ICMPv6
  // Of "fragmentation needed" and "packet too big" the MTU, of a parameter problem the pointer.
  std::uint32_t icmp_value = 0;
  std::optional<QuotedSegment> quoted;     // of an ICMP error about TCP
  Neighbour neighbour = Neighbour::kNone;  // its ends are who asks and who is asked for

  bool operator==(const Packet&) const = default;
};

// Decodes an IP packet that begins at its IP header; a truncated tail (snap length) is fine as long
// as the TCP header is whole. nullopt for anything that is no well-formed IPv4 or IPv6 packet.
// Thread-safe.
std::optional<Packet> DecodeIp(std::span<const std::uint8_t> bytes);

// Decodes an Ethernet II frame (loopback and veth both have it); nullopt when it carries neither IP
// nor ARP for IPv4.
std::optional<Packet> DecodeEthernet(std::span<const std::uint8_t> frame);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RECORD_PACKET_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>

#include <algorithm>

#include "harness/record/packet_decode.h"

namespace halfopen {
namespace {

constexpr std::size_t kTypeAndCode = 4;       // with the checksum: common to every message
constexpr std::size_t kErrorHeader = 8;       // of an error; the quotation follows
constexpr std::size_t kQuotedPart = 8;        // of a TCP header: ports and sequence number
constexpr std::size_t kNeighbourTarget = 24;  // the end of a solicitation's target address

// Whether a message of this type quotes the packet that it is about (RFC 792; RFC 1122, 3.2.2).
bool IsIpv4Error(std::uint8_t type) {
  return type == ICMP_DEST_UNREACH || type == ICMP_SOURCE_QUENCH || type == ICMP_REDIRECT ||
         type == ICMP_TIME_EXCEEDED || type == ICMP_PARAMETERPROB;
}

// RFC 4443, 2.1: errors, those of types yet unknown too, have the high-order bit clear.
bool IsIpv6Error(std::uint8_t type) { return (type & ICMP6_INFOMSG_MASK) == 0; }

std::optional<QuotedSegment> DecodeQuotation(Bytes quotation) {
  Packet quoted;
  const std::optional<IpPayload> payload = DecodeIpHeaders(quotation, quoted);
  if (!payload || payload->later_fragment || quoted.protocol != IPPROTO_TCP ||
      payload->bytes.size() < kQuotedPart) {
    return std::nullopt;
  }
  quoted.source.port = Read16(payload->bytes, 0);
  quoted.destination.port = Read16(payload->bytes, 2);
  return QuotedSegment{quoted.source, quoted.destination, Read32(payload->bytes, 4)};
}

// RFC 792, RFC 1191 4, RFC 4443 3.
std::uint32_t DecodeValue(bool ipv4, Bytes bytes) {
  if (ipv4) {
    if (bytes[0] == ICMP_DEST_UNREACH && bytes[1] == ICMP_FRAG_NEEDED) return Read16(bytes, 6);
    return bytes[0] == ICMP_PARAMETERPROB ? bytes[4] : 0u;
  }
  const bool has_value = bytes[0] == ICMP6_PACKET_TOO_BIG || bytes[0] == ICMP6_PARAM_PROB;
  return has_value ? Read32(bytes, 4) : 0;
}

// RFC 4861, 4.3 and 4.4: the target takes the place of the group that the solicitation is sent to,
// and of the address that the advertisement comes from, as in ARP.
void DecodeNeighbour(Bytes bytes, Packet& packet) {
  const IpAddress target(bytes.subspan(kErrorHeader, 16));
  if (packet.icmp.type == ND_NEIGHBOR_SOLICIT) {
    packet.neighbour = Neighbour::kWhoHas;
    packet.destination.address = target;
  } else {
    packet.neighbour = Neighbour::kIsAt;
    packet.source.address = target;
  }
}

}  // namespace

bool DecodeIcmp(Bytes bytes, std::size_t length, Packet& packet) {
  bytes = bytes.first(std::min(bytes.size(), length));
  if (bytes.size() < kTypeAndCode) return false;
  packet.icmp = {.type = bytes[0], .code = bytes[1]};
  const bool ipv4 = packet.source.address.family() == IpFamily::kIpv4;
  if (bytes.size() < kErrorHeader) return true;
  if (ipv4 ? IsIpv4Error(packet.icmp.type) : IsIpv6Error(packet.icmp.type)) {
    packet.icmp_value = DecodeValue(ipv4, bytes);
    packet.quoted = DecodeQuotation(bytes.subspan(kErrorHeader));
  } else if (!ipv4 && bytes.size() >= kNeighbourTarget &&
             (packet.icmp.type == ND_NEIGHBOR_SOLICIT || packet.icmp.type == ND_NEIGHBOR_ADVERT)) {
    DecodeNeighbour(bytes, packet);
  }
  return true;
}

std::optional<Packet> DecodeArp(Bytes bytes) {
  // RFC 826: hardware 1 (Ethernet, 6 bytes), protocol 0x0800 (IPv4, 4 bytes), then the operation.
  constexpr std::uint8_t kEthernetAndIpv4[] = {0, 1, 8, 0, 6, 4};
  constexpr std::size_t kArp = 28;
  if (bytes.size() < kArp || !std::ranges::equal(bytes.first(6), kEthernetAndIpv4)) {
    return std::nullopt;
  }
  Packet packet;
  const std::uint16_t operation = Read16(bytes, 6);
  if (operation != 1 && operation != 2) return std::nullopt;
  packet.neighbour = operation == 1 ? Neighbour::kWhoHas : Neighbour::kIsAt;
  packet.source.address = IpAddress(bytes.subspan(14, 4));
  packet.destination.address = IpAddress(bytes.subspan(24, 4));
  return packet;
}

}  // namespace halfopen

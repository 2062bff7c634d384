// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/record/packet.h"

#include <netinet/in.h>

#include <algorithm>

#include "harness/record/packet_decode.h"

namespace halfopen {
namespace {

constexpr std::size_t kEthernetHeader = 14;
constexpr std::size_t kVlanTag = 4;
constexpr std::uint16_t kEtherIpv4 = 0x0800;
constexpr std::uint16_t kEtherArp = 0x0806;
constexpr std::uint16_t kEtherIpv6 = 0x86dd;
constexpr std::uint16_t kEtherVlan = 0x8100;         // IEEE 802.1Q
constexpr std::uint16_t kEtherServiceVlan = 0x88a8;  // IEEE 802.1ad

constexpr std::size_t kIpv4Header = 20;
constexpr std::size_t kIpv6Header = 40;
constexpr std::size_t kIpv6Extension = 8;  // the shortest, and the unit of their length fields
constexpr std::size_t kTcpHeader = 20;

// RFC 9293, 3.1 and 3.2. An option whose length cannot be right hides where the next one begins, so
// it ends the list (as tcp_parse_options of the kernel does).
std::vector<TcpOption> DecodeOptions(Bytes bytes) {
  std::vector<TcpOption> options;
  while (!bytes.empty() && bytes[0] != kOptionEnd) {
    if (bytes[0] == kOptionNop) {
      bytes = bytes.subspan(1);
      continue;
    }
    if (bytes.size() < 2 || bytes[1] < 2 || bytes[1] > bytes.size()) break;
    const Bytes data = bytes.subspan(2, bytes[1] - 2u);
    options.push_back({bytes[0], {data.begin(), data.end()}});
    bytes = bytes.subspan(bytes[1]);
  }
  return options;
}

// `length` is what the IP header says stands behind it; `bytes` is what was captured of that.
bool DecodeTcp(Bytes bytes, std::size_t length, Packet& packet) {
  if (std::min(bytes.size(), length) < kTcpHeader) return false;
  const std::size_t header = std::size_t{4} * (bytes[12] >> 4);
  if (header < kTcpHeader || std::min(bytes.size(), length) < header) return false;
  packet.source.port = Read16(bytes, 0);
  packet.destination.port = Read16(bytes, 2);
  packet.sequence = Read32(bytes, 4);
  packet.acknowledgment = Read32(bytes, 8);
  packet.flags = bytes[13];
  packet.window = Read16(bytes, 14);
  packet.options = DecodeOptions(bytes.subspan(kTcpHeader, header - kTcpHeader));
  packet.payload_length = static_cast<std::uint32_t>(length - header);
  return true;
}

bool DecodeTransport(const IpPayload& payload, Packet& packet) {
  if (payload.later_fragment) return true;
  const bool ipv4 = packet.source.address.family() == IpFamily::kIpv4;
  if (packet.protocol == IPPROTO_TCP) return DecodeTcp(payload.bytes, payload.length, packet);
  if (packet.protocol == (ipv4 ? +IPPROTO_ICMP : +IPPROTO_ICMPV6)) {
    return DecodeIcmp(payload.bytes, payload.length, packet);
  }
  return true;
}

// RFC 791, 3.1.
std::optional<IpPayload> DecodeIpv4(Bytes bytes, Packet& packet) {
  if (bytes.size() < kIpv4Header) return std::nullopt;
  const std::size_t header = std::size_t{4} * (bytes[0] & 0x0f);
  const std::size_t total = Read16(bytes, 2);
  if (header < kIpv4Header || total < header || bytes.size() < header) return std::nullopt;
  packet.protocol = bytes[9];
  packet.source.address = IpAddress(bytes.subspan(12, 4));
  packet.destination.address = IpAddress(bytes.subspan(16, 4));
  return IpPayload{.bytes = bytes.subspan(header),
                   .length = total - header,
                   .later_fragment = (Read16(bytes, 6) & 0x1fff) != 0};
}

// Steps over extension headers (RFC 8200, 4): on return packet.protocol is the first other header,
// at the front of the payload. False if the chain is cut short.
bool SkipExtensions(IpPayload& payload, Packet& packet) {
  while (true) {
    const bool fragment = packet.protocol == IPPROTO_FRAGMENT;
    if (!fragment && packet.protocol != IPPROTO_HOPOPTS && packet.protocol != IPPROTO_ROUTING &&
        packet.protocol != IPPROTO_DSTOPTS) {
      return true;
    }
    Bytes& bytes = payload.bytes;
    const std::size_t available = std::min(bytes.size(), payload.length);
    if (available < kIpv6Extension) return false;
    // The fragment header has no length: that byte is reserved (RFC 8200, 4.5).
    const std::size_t header = fragment ? kIpv6Extension : kIpv6Extension * (bytes[1] + 1u);
    if (available < header) return false;
    packet.protocol = bytes[0];
    payload.later_fragment = fragment && (Read16(bytes, 2) & 0xfff8) != 0;
    if (payload.later_fragment) return true;
    bytes = bytes.subspan(header);
    payload.length -= header;
  }
}

// RFC 8200, 3.
std::optional<IpPayload> DecodeIpv6(Bytes bytes, Packet& packet) {
  if (bytes.size() < kIpv6Header) return std::nullopt;
  packet.protocol = bytes[6];
  packet.source.address = IpAddress(bytes.subspan(8, 16));
  packet.destination.address = IpAddress(bytes.subspan(24, 16));
  IpPayload payload{.bytes = bytes.subspan(kIpv6Header), .length = Read16(bytes, 4)};
  if (!SkipExtensions(payload, packet)) return std::nullopt;
  return payload;
}

}  // namespace

std::optional<IpPayload> DecodeIpHeaders(Bytes bytes, Packet& packet) {
  if (bytes.empty()) return std::nullopt;
  switch (bytes[0] >> 4) {
    case 4:
      return DecodeIpv4(bytes, packet);
    case 6:
      return DecodeIpv6(bytes, packet);
    default:
      return std::nullopt;
  }
}

std::optional<Packet> DecodeIp(std::span<const std::uint8_t> bytes) {
  Packet packet;
  const std::optional<IpPayload> payload = DecodeIpHeaders(bytes, packet);
  if (!payload || !DecodeTransport(*payload, packet)) return std::nullopt;
  return packet;
}

std::optional<Packet> DecodeEthernet(std::span<const std::uint8_t> frame) {
  if (frame.size() < kEthernetHeader) return std::nullopt;
  std::size_t at = kEthernetHeader - 2;
  std::uint16_t type = Read16(frame, at);
  while (type == kEtherVlan || type == kEtherServiceVlan) {
    at += kVlanTag;
    if (frame.size() < at + 2) return std::nullopt;
    type = Read16(frame, at);
  }
  if (type == kEtherArp) return DecodeArp(frame.subspan(at + 2));
  const Bytes ip = frame.subspan(at + 2);
  if (ip.empty()) return std::nullopt;
  const int version = ip[0] >> 4;
  if ((type == kEtherIpv4 && version == 4) || (type == kEtherIpv6 && version == 6)) {
    return DecodeIp(ip);
  }
  return std::nullopt;
}

}  // namespace halfopen

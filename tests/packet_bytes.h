// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_TESTS_PACKET_BYTES_H_
#define HALFOPEN_TESTS_PACKET_BYTES_H_

#include <netinet/in.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "harness/record/packet.h"

namespace halfopen {

// Packets made by hand, byte by byte, for the tests of the decoder. Checksums are left zero.
struct ByteString : std::vector<std::uint8_t> {
  using std::vector<std::uint8_t>::vector;
  ByteString First(std::size_t count) const {
    return ByteString(begin(), begin() + static_cast<std::ptrdiff_t>(count));
  }
};

inline ByteString operator+(ByteString left, const ByteString& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

inline ByteString Text(std::string_view text) { return ByteString(text.begin(), text.end()); }

inline ByteString Big16(std::size_t value) {
  return {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

struct TcpFields {
  std::uint8_t flags = kAck;
  ByteString options = {};  // a multiple of 4 bytes
};

// A TCP header from port 4660 to port 80.
inline ByteString Tcp(const TcpFields& fields) {
  const auto offset = static_cast<std::uint8_t>((20 + fields.options.size()) / 4 << 4);
  return ByteString{0x12, 0x34, 0,      80,           0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc,
                    0xba, 0x98, offset, fields.flags, 0xfa, 0xf0, 0,    0,    0,    0} +
         fields.options;
}

// The first 8 bytes of an ICMP or ICMPv6 message.
inline ByteString Icmp(std::uint8_t type, std::uint8_t code) {
  return {type, code, 0, 0, 0, 0, 0, 0};
}

// The same with what an error has in its second word: an MTU, a pointer.
inline ByteString Icmp(std::uint8_t type, std::uint8_t code, const ByteString& word) {
  return ByteString{type, code, 0, 0} + word;
}

// A neighbour solicitation (135) or advertisement (136) about fd00::9.
inline ByteString NeighbourDiscovery(std::uint8_t type) {
  return ByteString{type, 0, 0, 0, 0, 0, 0, 0, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9};
}

// ARP of 10.0.0.1 about 10.0.0.2: a request (1) or a reply (2).
inline ByteString Arp(std::uint8_t operation) {
  return ByteString{0, 1, 8, 0, 6, 4, 0, operation, 2, 0, 0, 0, 0, 1, 10, 0, 0, 1} +
         ByteString{2, 0, 0, 0, 0, 2, 10, 0, 0, 2};
}

struct Ipv4Fields {
  ByteString options = {};     // a multiple of 4 bytes
  std::uint16_t fragment = 0;  // flags and offset as in the header
};

// From 10.0.0.1 to 10.0.0.2.
inline ByteString Ipv4(std::uint8_t protocol, const ByteString& body,
                       const Ipv4Fields& fields = {}) {
  const std::size_t header = 20 + fields.options.size();
  return ByteString{static_cast<std::uint8_t>(0x40 | header / 4), 0} + Big16(header + body.size()) +
         Big16(1) + Big16(fields.fragment) +
         ByteString{64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2} + fields.options + body;
}

// From fd00::1 to fd00::2.
inline ByteString Ipv6(std::uint8_t next, const ByteString& body) {
  const ByteString prefix = {0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  return ByteString{0x60, 0, 0, 0} + Big16(body.size()) + ByteString{next, 64} + prefix +
         ByteString{1} + prefix + ByteString{2} + body;
}

// A hop-by-hop or destination options header of 8 + 8 * `more` bytes filled by PadN (RFC 8200,
// 4.2), or a routing header of an unknown type with no segment left.
inline ByteString Extension(std::uint8_t next, std::uint8_t more) {
  const auto padding = static_cast<std::uint8_t>(4 + 8 * more);
  return ByteString{next, more, 1, padding} + ByteString(padding, 0);
}

inline ByteString RoutingHeader(std::uint8_t next) { return {next, 0, 253, 0, 0, 0, 0, 0}; }

// A fragment header; `offset` holds the offset, two reserved bits and M, as in the header.
inline ByteString Fragment6(std::uint8_t next, std::uint16_t offset) {
  return ByteString{next, 0xff} + Big16(offset) + ByteString{0, 0, 0, 7};
}

inline ByteString Ethernet(std::uint16_t type, const ByteString& body) {
  return ByteString{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2} + Big16(type) + body;
}

// Well-formed frames of every kind that the decoder knows.
inline std::vector<ByteString> SampleFrames() {
  const ByteString syn_options = {2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 1, 3, 3, 7};
  const ByteString sack = {1, 1, 5, 18, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0, 20, 0, 0, 0, 30};
  const ByteString fast_open = {34, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 0};
  const ByteString syn = Tcp({.flags = kSyn, .options = syn_options});
  const ByteString data = Tcp({.flags = kPsh | kAck, .options = sack}) + Text("hello");
  const ByteString all_flags = Tcp({.flags = 0xff, .options = fast_open});
  const ByteString reset = Tcp({.flags = kRst});
  const auto chain = [](const ByteString& segment) {
    return Extension(IPPROTO_ROUTING, 1) + RoutingHeader(IPPROTO_DSTOPTS) +
           Extension(IPPROTO_TCP, 0) + segment;
  };
  return {
      Ethernet(0x0800, Ipv4(IPPROTO_TCP, syn)),
      Ethernet(0x0800, Ipv4(IPPROTO_TCP, data)),
      Ethernet(0x0800, Ipv4(IPPROTO_TCP, all_flags)),
      Ethernet(0x0800, Ipv4(IPPROTO_TCP, reset)) + ByteString(6, 0),
      Ethernet(0x0800, Ipv4(IPPROTO_TCP, data, {.options = {1, 1, 1, 1, 1, 1, 1, 0}})),
      Ethernet(0x0800, Ipv4(IPPROTO_TCP, data + Text("abc"), {.fragment = 0x2000})),
      Ethernet(0x0800,
               Ipv4(IPPROTO_TCP, Text("not a header, but longer than one"), {.fragment = 0x0006})),
      Ethernet(0x0800, Ipv4(IPPROTO_ICMP, Icmp(3, 1) + Ipv4(IPPROTO_TCP, reset))),
      Ethernet(0x0800, Ipv4(IPPROTO_UDP, ByteString{0x12, 0x34, 0, 53, 0, 8, 0, 0})),
      Ethernet(0x8100, ByteString{0, 5, 8, 0} + Ipv4(IPPROTO_TCP, data)),
      Ethernet(0x86dd, Ipv6(IPPROTO_TCP, syn)),
      Ethernet(0x86dd, Ipv6(IPPROTO_TCP, data)),
      Ethernet(0x86dd, Ipv6(IPPROTO_HOPOPTS, chain(data))),
      Ethernet(0x86dd, Ipv6(IPPROTO_FRAGMENT, Fragment6(IPPROTO_TCP, 0x0001) + data + Text("123"))),
      Ethernet(0x86dd, Ipv6(IPPROTO_FRAGMENT, Fragment6(IPPROTO_TCP, 0x0030) +
                                                  Text("not a header, but longer than one"))),
      Ethernet(0x86dd, Ipv6(IPPROTO_ICMPV6, Icmp(1, 4) + Ipv6(IPPROTO_TCP, reset))),
      Ethernet(0x0800,
               Ipv4(IPPROTO_ICMP, Icmp(3, 4, {0, 0, 5, 0x14}) + Ipv4(IPPROTO_TCP, data).First(28))),
      Ethernet(0x86dd,
               Ipv6(IPPROTO_ICMPV6, Icmp(2, 0, {0, 0, 5, 0}) + Ipv6(IPPROTO_HOPOPTS, chain(data)))),
  };
}

}  // namespace halfopen

#endif  // HALFOPEN_TESTS_PACKET_BYTES_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EVIDENCE_PCAPNG_H_
#define HALFOPEN_HARNESS_EVIDENCE_PCAPNG_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "netns/clock.h"

namespace halfopen {

// The bytes of a pcapng file of one section, in this machine's byte order
// (draft-ietf-opsawg-pcapng). Debian has no library that writes packet comments.
class Pcapng {
 public:
  // https://www.tcpdump.org/linktypes.html
  static constexpr std::uint16_t kEthernet = 1;
  static constexpr std::uint16_t kRaw = 101;  // begins at the IPv4 or IPv6 header

  // `application` is what has made the file.
  explicit Pcapng(std::string_view application);

  // Adds an interface whose times have nanoseconds. Returns its number.
  std::uint32_t AddInterface(std::string_view name, std::uint16_t link_type,
                             std::uint32_t snap_length);
  // Adds a packet of an interface: when it was seen, its bytes as far as captured, its length on
  // the wire, and a comment in UTF-8, of which 65535 bytes are kept.
  void AddPacket(std::uint32_t interface, Duration since_epoch, std::span<const std::uint8_t> bytes,
                 std::uint32_t length, std::string_view comment);

  const std::string& bytes() const { return bytes_; }

 private:
  // Blocks and options begin at multiples of four bytes.
  void Pad();
  template <typename T>
  void Put(T number);
  void PutOption(std::uint16_t code, std::string_view value);
  // A block's length stands in front of its body and behind it.
  std::size_t BeginBlock(std::uint32_t type);
  void EndBlock(std::size_t begin);

  std::string bytes_;
  std::uint32_t interfaces_ = 0;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EVIDENCE_PCAPNG_H_

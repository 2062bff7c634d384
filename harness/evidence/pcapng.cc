// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/evidence/pcapng.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace halfopen {
namespace {

// Sections of the draft: 4.1 section header, 4.2 interface description, 4.3 enhanced packet.
constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;
constexpr std::uint32_t kInterfaceDescription = 1;
constexpr std::uint32_t kEnhancedPacket = 6;
constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;

// Options of any block (3.5), and of the blocks above.
constexpr std::uint16_t kEndOfOptions = 0;
constexpr std::uint16_t kComment = 1;
constexpr std::uint16_t kUserApplication = 4;
constexpr std::uint16_t kInterfaceName = 2;
constexpr std::uint16_t kTimeResolution = 9;

constexpr std::size_t kAlignment = 4;
constexpr std::size_t kLongestOption = std::numeric_limits<std::uint16_t>::max();

}  // namespace

Pcapng::Pcapng(std::string_view application) {
  const std::size_t begin = BeginBlock(kSectionHeader);
  Put(kByteOrderMagic);
  Put(std::uint16_t{1});  // version 1.0
  Put(std::uint16_t{0});
  Put(std::int64_t{-1});  // the section's length is not told
  PutOption(kUserApplication, application);
  PutOption(kEndOfOptions, {});
  EndBlock(begin);
}

std::uint32_t Pcapng::AddInterface(std::string_view name, std::uint16_t link_type,
                                   std::uint32_t snap_length) {
  const std::size_t begin = BeginBlock(kInterfaceDescription);
  Put(link_type);
  Put(std::uint16_t{0});  // reserved
  Put(snap_length);
  PutOption(kInterfaceName, name);
  PutOption(kTimeResolution, "\x09");  // 10^-9 s
  PutOption(kEndOfOptions, {});
  EndBlock(begin);
  return interfaces_++;
}

void Pcapng::AddPacket(std::uint32_t interface, Duration since_epoch,
                       std::span<const std::uint8_t> bytes, std::uint32_t length,
                       std::string_view comment) {
  const std::size_t begin = BeginBlock(kEnhancedPacket);
  const auto stamp = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(since_epoch).count());
  Put(interface);
  Put(static_cast<std::uint32_t>(stamp >> 32));
  Put(static_cast<std::uint32_t>(stamp));
  Put(static_cast<std::uint32_t>(bytes.size()));
  Put(length);
  bytes_.append(bytes.begin(), bytes.end());
  Pad();
  PutOption(kComment, comment);
  PutOption(kEndOfOptions, {});
  EndBlock(begin);
}

void Pcapng::Pad() { bytes_.append((kAlignment - bytes_.size() % kAlignment) % kAlignment, '\0'); }

template <typename T>
void Pcapng::Put(T number) {
  bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void Pcapng::PutOption(std::uint16_t code, std::string_view value) {
  value = value.substr(0, kLongestOption);
  Put(code);
  Put(static_cast<std::uint16_t>(value.size()));
  bytes_.append(value);
  Pad();
}

std::size_t Pcapng::BeginBlock(std::uint32_t type) {
  const std::size_t begin = bytes_.size();
  Put(type);
  Put(std::uint32_t{0});  // EndBlock knows
  return begin;
}

void Pcapng::EndBlock(std::size_t begin) {
  const auto length = static_cast<std::uint32_t>(bytes_.size() + sizeof(std::uint32_t) - begin);
  Put(length);
  std::memcpy(&bytes_[begin + sizeof(std::uint32_t)], &length, sizeof length);
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/address.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace halfopen {

int AddressFamily(IpFamily family) { return family == IpFamily::kIpv4 ? AF_INET : AF_INET6; }

std::string_view ToString(IpFamily family) { return family == IpFamily::kIpv4 ? "IPv4" : "IPv6"; }

IpAddress::IpAddress(std::span<const std::uint8_t> bytes) {
  if (bytes.size() != 4 && bytes.size() != 16) {
    throw std::invalid_argument(
        fmt::format("an IP address has 4 or 16 bytes, not {}", bytes.size()));
  }
  family_ = bytes.size() == 4 ? IpFamily::kIpv4 : IpFamily::kIpv6;
  std::ranges::copy(bytes, bytes_.begin());
}

IpAddress IpAddress::Parse(std::string_view text) {
  IpAddress result;
  const std::string terminated(text);
  if (inet_pton(AF_INET, terminated.c_str(), result.bytes_.data()) == 1) return result;
  result.family_ = IpFamily::kIpv6;
  if (inet_pton(AF_INET6, terminated.c_str(), result.bytes_.data()) == 1) return result;
  throw std::invalid_argument(fmt::format("'{}' is not an IP address", text));
}

std::string IpAddress::ToString() const {
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(AddressFamily(family_), bytes_.data(), text, sizeof text);
  return text;
}

std::string Endpoint::ToString() const {
  return address.family() == IpFamily::kIpv4 ? fmt::format("{}:{}", address.ToString(), port)
                                             : fmt::format("[{}]:{}", address.ToString(), port);
}

socklen_t Endpoint::ToSockaddr(sockaddr_storage& storage) const {
  std::memset(&storage, 0, sizeof storage);
  if (address.family() == IpFamily::kIpv4) {
    auto& in = reinterpret_cast<sockaddr_in&>(storage);
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    std::memcpy(&in.sin_addr, address.bytes().data(), 4);
    return sizeof in;
  }
  auto& in6 = reinterpret_cast<sockaddr_in6&>(storage);
  in6.sin6_family = AF_INET6;
  in6.sin6_port = htons(port);
  std::memcpy(&in6.sin6_addr, address.bytes().data(), 16);
  return sizeof in6;
}

Endpoint Endpoint::Unmapped() const {
  constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  const std::span<const std::uint8_t> bytes = address.bytes();
  if (address.family() == IpFamily::kIpv4 ||
      !std::ranges::equal(bytes.first(kMapped.size()), kMapped)) {
    return *this;
  }
  return {IpAddress(bytes.last(4)), port};
}

Endpoint Endpoint::FromSockaddr(const sockaddr_storage& storage) {
  if (storage.ss_family == AF_INET) {
    const auto& in = reinterpret_cast<const sockaddr_in&>(storage);
    return {IpAddress({reinterpret_cast<const std::uint8_t*>(&in.sin_addr), 4}),
            ntohs(in.sin_port)};
  }
  const auto& in6 = reinterpret_cast<const sockaddr_in6&>(storage);
  return {IpAddress({reinterpret_cast<const std::uint8_t*>(&in6.sin6_addr), 16}),
          ntohs(in6.sin6_port)};
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_ADDRESS_H_
#define HALFOPEN_NETNS_ADDRESS_H_

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace halfopen {

enum class IpFamily : std::uint8_t { kIpv4, kIpv6 };

// AF_INET or AF_INET6.
int AddressFamily(IpFamily family);
// "IPv4" or "IPv6".
std::string_view ToString(IpFamily family);

// An IPv4 or IPv6 address, in network byte order.
class IpAddress {
 public:
  IpAddress() = default;
  // `bytes` has 4 or 16 bytes in network order. Throws std::invalid_argument for another length.
  explicit IpAddress(std::span<const std::uint8_t> bytes);
  // Reads inet_pton(3)'s spelling. Throws std::invalid_argument when it is none.
  static IpAddress Parse(std::string_view text);

  IpFamily family() const { return family_; }
  // 4 or 16 bytes in network order.
  std::span<const std::uint8_t> bytes() const { return {bytes_.data(), size()}; }
  std::size_t size() const { return family_ == IpFamily::kIpv4 ? 4 : 16; }
  std::string ToString() const;

  auto operator<=>(const IpAddress&) const = default;

 private:
  IpFamily family_ = IpFamily::kIpv4;
  std::array<std::uint8_t, 16> bytes_{};
};

// An address and a TCP port (host byte order).
struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;

  // "10.0.0.1:80" or "[fd00::1]:80", as ss(8) prints it.
  std::string ToString() const;
  // Fills `storage` and returns the length that connect(2) and bind(2) want.
  socklen_t ToSockaddr(sockaddr_storage& storage) const;
  static Endpoint FromSockaddr(const sockaddr_storage& storage);
  // An IPv4-mapped IPv6 address (::ffff:10.0.0.1; RFC 4291, 2.5.5.2) as packets carry it: the IPv4
  // one. Any other endpoint as it is.
  Endpoint Unmapped() const;

  auto operator<=>(const Endpoint&) const = default;
};

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_ADDRESS_H_

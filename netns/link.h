// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_LINK_H_
#define HALFOPEN_NETNS_LINK_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "netns/address.h"
#include "netns/namespace.h"
#include "netns/netlink.h"

namespace halfopen {

using MacAddress = std::array<std::uint8_t, 6>;

// One end of a veth pair, as it is to be made.
struct VethEnd {
  const NetworkNamespace& where;
  std::string name;
  MacAddress mac{};
};

// Links, addresses and neighbours of one network namespace, by rtnetlink(7). Every member throws
// EnvironmentError with the kernel's own reason. Not thread-safe.
class LinkTable {
 public:
  explicit LinkTable(const NetworkNamespace& where);

  // Makes a veth(4) pair between this namespace (`near.where`) and `far.where`; both ends are down.
  void CreateVeth(const VethEnd& near, const VethEnd& far);
  void SetUp(std::string_view link);
  // Adds an address without duplicate address detection (IFA_F_NODAD), usable at once.
  void AddAddress(std::string_view link, const IpAddress& address, int prefix_length);
  // Adds a permanent neighbour, so that neither ARP nor neighbour discovery is ever needed.
  void AddNeighbour(std::string_view link, const IpAddress& address, const MacAddress& mac);

 private:
  int IndexOf(std::string_view link);
  NetlinkSocket socket_;
  std::map<std::string, int, std::less<>> indexes_;  // of links that were asked for
};

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_LINK_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_LINK_H_
#define HALFOPEN_NETNS_LINK_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "netns/address.h"
#include "netns/namespace.h"
#include "netns/netlink.h"
#include "netns/route.h"

namespace halfopen {

using MacAddress = std::array<std::uint8_t, 6>;

// One end of a veth pair, as it is to be made.
struct VethEnd {
  const NetworkNamespace& where;
  std::string name;
  MacAddress mac{};
};

// Links, addresses, neighbours, routes and policy rules of one network namespace, by rtnetlink(7).
// Every member throws EnvironmentError with the kernel's own reason. Not thread-safe.
class LinkTable {
 public:
  explicit LinkTable(const NetworkNamespace& where);

  // Makes a veth(4) pair between this namespace (`near.where`) and `far.where`; both ends are down.
  void CreateVeth(const VethEnd& near, const VethEnd& far);
  void SetUp(std::string_view link);
  // Takes a link down: routes over it and its IPv6 addresses go for good, and the other end of a
  // veth pair loses its carrier.
  void SetDown(std::string_view link);
  // In bytes. What is longer is not sent over the link, nor received from it.
  void SetMtu(std::string_view link, std::uint32_t bytes);
  // Deletes a link; of a veth pair both ends.
  void Delete(std::string_view link);
  // True from SetDown() or Delete() until SetUp().
  bool IsDark(std::string_view link) const;

  // Adds an address without duplicate address detection (IFA_F_NODAD), usable at once.
  void AddAddress(std::string_view link, const IpAddress& address, int prefix_length);
  // Takes an address away, and the routes of its network with it; sockets keep what they have.
  void DeleteAddress(std::string_view link, const IpAddress& address, int prefix_length);
  // Adds a permanent neighbour, so that neither ARP nor neighbour discovery is ever needed.
  void AddNeighbour(std::string_view link, const IpAddress& address, const MacAddress& mac);
  // Forgets a neighbour: who sends to it next has to ask for it.
  void DeleteNeighbour(std::string_view link, const IpAddress& address);

  void AddRoute(const Route& route);
  void DeleteRoute(const Route& route);
  void AddRule(const PolicyRule& rule);

 private:
  int IndexOf(std::string_view link);
  void SetFlags(std::string_view link, unsigned up, std::string_view what);
  void ChangeRoute(const Route& route, std::uint16_t type, std::uint16_t flags);

  NetlinkSocket socket_;
  std::map<std::string, int, std::less<>> indexes_;  // of links that were asked for
  std::set<std::string, std::less<>> dark_;          // taken down or deleted
};

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_LINK_H_

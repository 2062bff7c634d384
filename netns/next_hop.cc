// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/next_hop.h"

#include <ifaddrs.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netpacket/packet.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "netns/error.h"
#include "netns/netlink.h"
#include "netns/rtnetlink_request.h"

namespace halfopen {
namespace {

constexpr char kNextHop[] = "next hop to ";

// Where a packet to some destination goes next.
struct Hop {
  IpAddress address;
  std::uint32_t link = 0;  // index
};

std::span<const std::uint8_t> Payload(const nlattr* attribute) {
  return {static_cast<const std::uint8_t*>(mnl_attr_get_payload(attribute)),
          mnl_attr_get_payload_len(attribute)};
}

Hop RouteTo(NetlinkSocket& socket, const IpAddress& destination) {
  RtnetlinkRequest request(socket, RTM_GETROUTE, 0);
  auto& message = request.Put<rtmsg>();
  message.rtm_family = static_cast<std::uint8_t>(AddressFamily(destination.family()));
  message.rtm_dst_len = static_cast<std::uint8_t>(8 * destination.size());
  request.Attribute(RTA_DST, destination.bytes());
  Hop hop{.address = destination};
  request.Send(kNextHop + destination.ToString(), [&](const nlmsghdr& answer) {
    const auto attribute = [&](std::uint16_t type) {
      return FindAttribute(answer, sizeof(rtmsg), type);
    };
    if (const nlattr* const gateway = attribute(RTA_GATEWAY)) {
      hop.address = IpAddress(Payload(gateway));
    }
    if (const nlattr* const link = attribute(RTA_OIF)) hop.link = mnl_attr_get_u32(link);
  });
  return hop;
}

}  // namespace

AddressedLink LinkOfAddress(const NetworkNamespace& where, const IpAddress& address) {
  const NamespaceScope inside(where);
  ifaddrs* all = nullptr;
  Check(getifaddrs(&all), "getifaddrs", address.ToString());
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> list(all, freeifaddrs);
  AddressedLink link;
  for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr || one->ifa_addr->sa_family != AddressFamily(address.family())) {
      continue;
    }
    sockaddr_storage storage{};
    std::memcpy(&storage, one->ifa_addr,
                address.size() == 4 ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
    if (Endpoint::FromSockaddr(storage).address == address) link.name = one->ifa_name;
  }
  if (link.name.empty()) {
    throw EnvironmentError("getifaddrs", address.ToString(), EADDRNOTAVAIL, "no link has it");
  }
  for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
    if (one->ifa_name != link.name || one->ifa_addr == nullptr) continue;
    if (one->ifa_addr->sa_family != AF_PACKET) continue;
    const auto* const hardware = reinterpret_cast<const sockaddr_ll*>(one->ifa_addr);
    std::copy_n(hardware->sll_addr, link.mac.size(), link.mac.begin());
  }
  return link;
}

MacAddress NextHop(const NetworkNamespace& where, const IpAddress& destination) {
  NetlinkSocket socket(where, NETLINK_ROUTE);
  const Hop hop = RouteTo(socket, destination);
  RtnetlinkRequest request(socket, RTM_GETNEIGH, 0);
  auto& message = request.Put<ndmsg>();
  message.ndm_family = static_cast<std::uint8_t>(AddressFamily(destination.family()));
  message.ndm_ifindex = static_cast<int>(hop.link);
  request.Attribute(NDA_DST, hop.address.bytes());
  MacAddress mac{};
  bool found = false;
  request.Send("neighbour " + hop.address.ToString(), [&](const nlmsghdr& answer) {
    const nlattr* const address = FindAttribute(answer, sizeof(ndmsg), NDA_LLADDR);
    if (address == nullptr || Payload(address).size() != mac.size()) return;
    std::ranges::copy(Payload(address), mac.begin());
    found = true;
  });
  if (!found) {
    throw EnvironmentError(
        "netlink", "neighbour " + hop.address.ToString(), ENOENT,
        "its link-layer address is not known: add it with links().AddNeighbour()");
  }
  return mac;
}

}  // namespace halfopen

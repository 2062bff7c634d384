// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/link.h"

#include <fmt/format.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>

#include "netns/error.h"
#include "netns/rtnetlink_request.h"

namespace halfopen {

LinkTable::LinkTable(const NetworkNamespace& where) : socket_(where, NETLINK_ROUTE) {}

void LinkTable::CreateVeth(const VethEnd& near, const VethEnd& far) {
  RtnetlinkRequest request(socket_, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
  request.Put<ifinfomsg>().ifi_family = AF_UNSPEC;
  request.Attribute(IFLA_IFNAME, near.name);
  request.Attribute(IFLA_ADDRESS, near.mac);
  nlattr* info = mnl_attr_nest_start(request.header(), IFLA_LINKINFO);
  request.Attribute(IFLA_INFO_KIND, std::string("veth"));
  nlattr* data = mnl_attr_nest_start(request.header(), IFLA_INFO_DATA);
  nlattr* peer = mnl_attr_nest_start(request.header(), VETH_INFO_PEER);
  request.Put<ifinfomsg>().ifi_family = AF_UNSPEC;
  request.Attribute(IFLA_IFNAME, far.name);
  request.Attribute(IFLA_ADDRESS, far.mac);
  request.Attribute(IFLA_NET_NS_FD, static_cast<std::uint32_t>(far.where.fd()));
  mnl_attr_nest_end(request.header(), peer);
  mnl_attr_nest_end(request.header(), data);
  mnl_attr_nest_end(request.header(), info);
  try {
    request.Send(fmt::format("veth {} to {}", near.name, far.name));
  } catch (const EnvironmentError& refusal) {
    if (refusal.error() != EOPNOTSUPP) throw;
    throw MissingCapability(
        "this kernel has no veth links: it needs CONFIG_VETH, or `modprobe veth`"
        " as root before the run");
  }
}

void LinkTable::SetUp(std::string_view link) {
  SetFlags(link, IFF_UP, fmt::format("link {} up", link));
  dark_.erase(std::string(link));
}

void LinkTable::SetDown(std::string_view link) {
  dark_.emplace(link);
  SetFlags(link, 0, fmt::format("link {} down", link));
}

void LinkTable::SetFlags(std::string_view link, unsigned up, std::string_view what) {
  RtnetlinkRequest request(socket_, RTM_NEWLINK, 0);
  auto& message = request.Put<ifinfomsg>();
  message.ifi_family = AF_UNSPEC;
  message.ifi_index = IndexOf(link);
  message.ifi_flags = up;
  message.ifi_change = IFF_UP;
  request.Send(what);
}

void LinkTable::SetMtu(std::string_view link, std::uint32_t bytes) {
  RtnetlinkRequest request(socket_, RTM_NEWLINK, 0);
  auto& message = request.Put<ifinfomsg>();
  message.ifi_family = AF_UNSPEC;
  message.ifi_index = IndexOf(link);
  request.Attribute(IFLA_MTU, bytes);
  request.Send(fmt::format("link {} mtu {}", link, bytes));
}

void LinkTable::Delete(std::string_view link) {
  dark_.emplace(link);
  RtnetlinkRequest request(socket_, RTM_DELLINK, 0);
  auto& message = request.Put<ifinfomsg>();
  message.ifi_family = AF_UNSPEC;
  message.ifi_index = IndexOf(link);
  request.Send(fmt::format("delete link {}", link));
  indexes_.erase(indexes_.find(link));
}

bool LinkTable::IsDark(std::string_view link) const { return dark_.contains(link); }

void LinkTable::AddAddress(std::string_view link, const IpAddress& address, int prefix_length) {
  RtnetlinkRequest request(socket_, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
  auto& message = request.Put<ifaddrmsg>();
  message.ifa_family = static_cast<std::uint8_t>(AddressFamily(address.family()));
  message.ifa_prefixlen = static_cast<std::uint8_t>(prefix_length);
  message.ifa_flags = IFA_F_NODAD;
  message.ifa_index = static_cast<std::uint32_t>(IndexOf(link));
  request.Attribute(IFA_LOCAL, address.bytes());
  request.Attribute(IFA_ADDRESS, address.bytes());
  request.Send(fmt::format("address {}/{} on {}", address.ToString(), prefix_length, link));
}

void LinkTable::DeleteAddress(std::string_view link, const IpAddress& address, int prefix_length) {
  RtnetlinkRequest request(socket_, RTM_DELADDR, 0);
  auto& message = request.Put<ifaddrmsg>();
  message.ifa_family = static_cast<std::uint8_t>(AddressFamily(address.family()));
  message.ifa_prefixlen = static_cast<std::uint8_t>(prefix_length);
  message.ifa_index = static_cast<std::uint32_t>(IndexOf(link));
  request.Attribute(IFA_LOCAL, address.bytes());
  request.Send(fmt::format("delete address {}/{} on {}", address.ToString(), prefix_length, link));
}

void LinkTable::AddNeighbour(std::string_view link, const IpAddress& address,
                             const MacAddress& mac) {
  RtnetlinkRequest request(socket_, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE);
  auto& message = request.Put<ndmsg>();
  message.ndm_family = static_cast<std::uint8_t>(AddressFamily(address.family()));
  message.ndm_ifindex = IndexOf(link);
  message.ndm_state = NUD_PERMANENT;
  request.Attribute(NDA_DST, address.bytes());
  request.Attribute(NDA_LLADDR, mac);
  request.Send(fmt::format("neighbour {} on {}", address.ToString(), link));
}

void LinkTable::DeleteNeighbour(std::string_view link, const IpAddress& address) {
  RtnetlinkRequest request(socket_, RTM_DELNEIGH, 0);
  auto& message = request.Put<ndmsg>();
  message.ndm_family = static_cast<std::uint8_t>(AddressFamily(address.family()));
  message.ndm_ifindex = IndexOf(link);
  request.Attribute(NDA_DST, address.bytes());
  request.Send(fmt::format("delete neighbour {} on {}", address.ToString(), link));
}

int LinkTable::IndexOf(std::string_view link) {
  if (const auto known = indexes_.find(link); known != indexes_.end()) return known->second;
  RtnetlinkRequest request(socket_, RTM_GETLINK, 0);
  request.Put<ifinfomsg>().ifi_family = AF_UNSPEC;
  request.Attribute(IFLA_IFNAME, std::string(link));
  int index = 0;
  request.Send(fmt::format("link {}", link), [&](const nlmsghdr& header) {
    index = static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(&header))->ifi_index;
  });
  indexes_.emplace(link, index);
  return index;
}

}  // namespace halfopen

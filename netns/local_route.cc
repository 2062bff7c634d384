// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/local_route.h"

#include <linux/rtnetlink.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "netns/error.h"

namespace halfopen {
namespace {

// True if the message tells of a new local route whose destination is exactly `address`.
bool IsLocalRouteOf(const nlmsghdr& header, const IpAddress& address) {
  if (header.nlmsg_type != RTM_NEWROUTE) return false;
  const auto& route = *static_cast<const rtmsg*>(mnl_nlmsg_get_payload(&header));
  if (route.rtm_type != RTN_LOCAL || route.rtm_dst_len != 8 * address.size()) return false;
  const nlattr* const destination = FindAttribute(header, sizeof(rtmsg), RTA_DST);
  return destination != nullptr &&
         std::ranges::equal(
             std::span(static_cast<const std::uint8_t*>(mnl_attr_get_payload(destination)),
                       mnl_attr_get_payload_len(destination)),
             address.bytes());
}

}  // namespace

LocalRouteWatch::LocalRouteWatch(const NetworkNamespace& where) : socket_(where, NETLINK_ROUTE) {
  int group = RTNLGRP_IPV6_ROUTE;
  if (mnl_socket_setsockopt(socket_.get(), NETLINK_ADD_MEMBERSHIP, &group, sizeof group) < 0) {
    throw EnvironmentError("setsockopt", "NETLINK_ADD_MEMBERSHIP RTNLGRP_IPV6_ROUTE", errno);
  }
}

void LocalRouteWatch::Await(const IpAddress& address) {
  alignas(nlmsghdr) std::array<std::uint8_t, 8192> buffer{};
  while (true) {
    const ssize_t received = mnl_socket_recvfrom(socket_.get(), buffer.data(), buffer.size());
    if (received < 0) {
      if (errno == EINTR) continue;
      throw EnvironmentError("netlink receive", "route of " + address.ToString(), errno);
    }
    int remaining = static_cast<int>(received);
    for (const auto* header = reinterpret_cast<const nlmsghdr*>(buffer.data());
         mnl_nlmsg_ok(header, remaining); header = mnl_nlmsg_next(header, &remaining)) {
      if (IsLocalRouteOf(*header, address)) return;
    }
  }
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/local_route.h"

#include <linux/rtnetlink.h>

#include <algorithm>
#include <span>

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
  socket_.Join(RTNLGRP_IPV6_ROUTE);
}

void LocalRouteWatch::Await(const IpAddress& address) {
  socket_.AwaitMessage([&](const nlmsghdr& header) { return IsLocalRouteOf(header, address); },
                       "route of " + address.ToString());
}

}  // namespace halfopen

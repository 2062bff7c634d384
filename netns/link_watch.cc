// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/link_watch.h"

#include <linux/if.h>
#include <linux/rtnetlink.h>

#include <string>

#include "netns/error.h"

namespace halfopen {
namespace {

bool SaysOperational(const nlmsghdr& header, std::string_view link) {
  if (header.nlmsg_type != RTM_NEWLINK) return false;
  const nlattr* const name = FindAttribute(header, sizeof(ifinfomsg), IFLA_IFNAME);
  const nlattr* const state = FindAttribute(header, sizeof(ifinfomsg), IFLA_OPERSTATE);
  return name != nullptr && mnl_attr_get_str(name) == link && state != nullptr &&
         mnl_attr_get_u8(state) == IF_OPER_UP;
}

}  // namespace

LinkWatch::LinkWatch(const NetworkNamespace& where) : socket_(where, NETLINK_ROUTE) {
  socket_.Join(RTNLGRP_LINK);
}

void LinkWatch::Await(std::string_view link) {
  socket_.AwaitMessage([link](const nlmsghdr& header) { return SaysOperational(header, link); },
                       "link " + std::string(link));
}

}  // namespace halfopen

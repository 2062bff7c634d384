// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/route.h"

#include <fmt/format.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include "netns/link.h"
#include "netns/rtnetlink_request.h"

namespace halfopen {
namespace {

std::string_view TypeName(RouteType type) {
  switch (type) {
    case RouteType::kUnicast:
      return "unicast";
    case RouteType::kLocal:
      return "local";
    case RouteType::kBlackhole:
      return "blackhole";
    case RouteType::kUnreachable:
      return "unreachable";
    case RouteType::kProhibit:
      return "prohibit";
  }
  return "unknown";
}

}  // namespace

Route Route::Default(const IpAddress& gateway) {
  const bool ipv4 = gateway.family() == IpFamily::kIpv4;
  return {.destination = IpAddress::Parse(ipv4 ? "0.0.0.0" : "::"), .gateway = gateway};
}

std::string Route::ToString() const {
  std::string text = fmt::format("{} {}/{}", TypeName(type), destination.ToString(), prefix_length);
  if (gateway) text += " via " + gateway->ToString();
  if (!link.empty()) text += " dev " + link;
  return text + fmt::format(" table {}", table);
}

void LinkTable::AddRoute(const Route& route) {
  ChangeRoute(route, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
}

void LinkTable::DeleteRoute(const Route& route) { ChangeRoute(route, RTM_DELROUTE, 0); }

void LinkTable::ChangeRoute(const Route& route, std::uint16_t type, std::uint16_t flags) {
  RtnetlinkRequest request(socket_, type, flags);
  auto& message = request.Put<rtmsg>();
  message.rtm_family = static_cast<std::uint8_t>(AddressFamily(route.destination.family()));
  message.rtm_dst_len = static_cast<std::uint8_t>(route.prefix_length);
  if (type == RTM_NEWROUTE) message.rtm_protocol = RTPROT_STATIC;  // else whoever made it
  message.rtm_type = static_cast<std::uint8_t>(route.type);
  // ip-route(8): what is delivered here has scope host, what needs no gateway scope link.
  message.rtm_scope = RT_SCOPE_UNIVERSE;
  if (route.type == RouteType::kLocal) {
    message.rtm_scope = RT_SCOPE_HOST;
  } else if (route.type == RouteType::kUnicast && !route.gateway) {
    message.rtm_scope = RT_SCOPE_LINK;
  }
  if (type == RTM_DELROUTE) message.rtm_scope = RT_SCOPE_NOWHERE;  // whichever it has
  if (route.prefix_length != 0) request.Attribute(RTA_DST, route.destination.bytes());
  request.Attribute(RTA_TABLE, route.table);
  if (route.gateway) request.Attribute(RTA_GATEWAY, route.gateway->bytes());
  if (!route.link.empty()) {
    request.Attribute(RTA_OIF, static_cast<std::uint32_t>(IndexOf(route.link)));
  }
  request.Send("route " + route.ToString());
}

void LinkTable::AddRule(const PolicyRule& rule) {
  RtnetlinkRequest request(socket_, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL);
  auto& message = request.Put<fib_rule_hdr>();
  message.family = static_cast<std::uint8_t>(AddressFamily(rule.family));
  message.action = FR_ACT_TO_TBL;
  request.Attribute(FRA_FWMARK, rule.mark);
  request.Attribute(FRA_TABLE, rule.table);
  request.Send(fmt::format("rule fwmark {} table {}", rule.mark, rule.table));
}

}  // namespace halfopen

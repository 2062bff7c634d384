// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/nft_names.h"

#include <fmt/format.h>

#include <span>

namespace halfopen {
namespace {

struct BitName {
  std::uint8_t bit;
  std::string_view name;
};

// The order is nft's: ascending bits.
constexpr BitName kFlagNames[] = {{0x01, "fin"}, {0x02, "syn"}, {0x04, "rst"}, {0x08, "psh"},
                                  {0x10, "ack"}, {0x20, "urg"}, {0x40, "ecn"}, {0x80, "cwr"}};
constexpr BitName kStateNames[] = {
    {0x01, "invalid"}, {0x02, "established"}, {0x04, "related"}, {0x08, "new"}, {0x40, "untracked"},
};

std::string BitNames(std::uint8_t bits, std::span<const BitName> names) {
  std::string list;
  for (const BitName& entry : names) {
    if ((bits & entry.bit) == 0) continue;
    if (!list.empty()) list += ',';
    list += entry.name;
  }
  return list;
}

}  // namespace

std::string FlagNames(std::uint8_t flags) { return BitNames(flags, kFlagNames); }

std::string ProtocolName(Protocol protocol) {
  switch (protocol) {
    case Protocol::kIcmp:
      return "icmp";
    case Protocol::kTcp:
      return "tcp";
    case Protocol::kUdp:
      return "udp";
    case Protocol::kIcmpv6:
      return "ipv6-icmp";
  }
  return fmt::format("{}", static_cast<int>(protocol));
}

std::string OptionName(std::uint8_t kind) {
  switch (kind) {
    case 0:
      return "eol";
    case 1:
      return "nop";
    case 2:
      return "maxseg";
    case 3:
      return "window";
    case 4:
      return "sack-perm";
    case 5:
      return "sack";
    case 8:
      return "timestamp";
    case 19:
      return "md5sig";
    case 30:
      return "mptcp";
    case 34:
      return "fastopen";
    default:
      return fmt::format("{}", kind);
  }
}

std::string_view Operator(Comparison comparison) {
  switch (comparison) {
    case Comparison::kEqual:
      return "";
    case Comparison::kNotEqual:
      return "!= ";
    case Comparison::kLess:
      return "< ";
    case Comparison::kLessOrEqual:
      return "<= ";
    case Comparison::kGreater:
      return "> ";
    case Comparison::kGreaterOrEqual:
      return ">= ";
  }
  return "";
}

std::string_view UnitName(RateUnit unit) {
  switch (unit) {
    case RateUnit::kSecond:
      return "second";
    case RateUnit::kMinute:
      return "minute";
    case RateUnit::kHour:
      return "hour";
    case RateUnit::kDay:
      return "day";
    case RateUnit::kWeek:
      return "week";
  }
  return "";
}

std::string_view IcmpName(std::uint8_t code) {
  switch (static_cast<IcmpCode>(code)) {
    case IcmpCode::kNetUnreachable:
      return "net-unreachable";
    case IcmpCode::kHostUnreachable:
      return "host-unreachable";
    case IcmpCode::kProtUnreachable:
      return "prot-unreachable";
    case IcmpCode::kPortUnreachable:
      return "port-unreachable";
    case IcmpCode::kNetProhibited:
      return "net-prohibited";
    case IcmpCode::kHostProhibited:
      return "host-prohibited";
    case IcmpCode::kAdminProhibited:
      return "admin-prohibited";
  }
  return "";
}

std::string_view Icmpv6Name(std::uint8_t code) {
  switch (static_cast<Icmpv6Code>(code)) {
    case Icmpv6Code::kNoRoute:
      return "no-route";
    case Icmpv6Code::kAdminProhibited:
      return "admin-prohibited";
    case Icmpv6Code::kAddrUnreachable:
      return "addr-unreachable";
    case Icmpv6Code::kPortUnreachable:
      return "port-unreachable";
    case Icmpv6Code::kPolicyFail:
      return "policy-fail";
    case Icmpv6Code::kRejectRoute:
      return "reject-route";
  }
  return "";
}

std::string_view IcmpxName(std::uint8_t code) {
  switch (static_cast<IcmpxCode>(code)) {
    case IcmpxCode::kNoRoute:
      return "no-route";
    case IcmpxCode::kPortUnreachable:
      return "port-unreachable";
    case IcmpxCode::kHostUnreachable:
      return "host-unreachable";
    case IcmpxCode::kAdminProhibited:
      return "admin-prohibited";
  }
  return "";
}

std::string StateNames(std::uint8_t states) { return BitNames(states, kStateNames); }

}  // namespace halfopen

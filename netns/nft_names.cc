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

struct Numbered {
  std::uint8_t number;
  std::string_view name;
};

constexpr Numbered kIcmpCodeNames[] = {
    {0, "net-unreachable"},  {1, "host-unreachable"},  {2, "prot-unreachable"},
    {3, "port-unreachable"}, {4, "frag-needed"},       {9, "net-prohibited"},
    {10, "host-prohibited"}, {13, "admin-prohibited"},
};
constexpr Numbered kIcmpv6CodeNames[] = {
    {0, "no-route"},         {1, "admin-prohibited"}, {3, "addr-unreachable"},
    {4, "port-unreachable"}, {5, "policy-fail"},      {6, "reject-route"},
};
constexpr Numbered kIcmpTypeNames[] = {
    {0, "echo-reply"},           {3, "destination-unreachable"},
    {4, "source-quench"},        {5, "redirect"},
    {8, "echo-request"},         {9, "router-advertisement"},
    {10, "router-solicitation"}, {11, "time-exceeded"},
    {12, "parameter-problem"},   {13, "timestamp-request"},
    {14, "timestamp-reply"},     {15, "info-request"},
    {16, "info-reply"},          {17, "address-mask-request"},
    {18, "address-mask-reply"},
};
constexpr Numbered kIcmpv6TypeNames[] = {
    {1, "destination-unreachable"}, {2, "packet-too-big"},        {3, "time-exceeded"},
    {4, "parameter-problem"},       {128, "echo-request"},        {129, "echo-reply"},
    {130, "mld-listener-query"},    {131, "mld-listener-report"}, {132, "mld-listener-done"},
    {133, "nd-router-solicit"},     {134, "nd-router-advert"},    {135, "nd-neighbor-solicit"},
    {136, "nd-neighbor-advert"},    {137, "nd-redirect"},         {138, "router-renumbering"},
    {141, "ind-neighbor-solicit"},  {142, "ind-neighbor-advert"}, {143, "mld2-listener-report"},
};

std::string NumberName(std::uint8_t number, std::span<const Numbered> names) {
  for (const Numbered& known : names) {
    if (known.number == number) return std::string(known.name);
  }
  return fmt::format("{}", number);
}

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

std::string IcmpName(std::uint8_t code) { return NumberName(code, kIcmpCodeNames); }

std::string Icmpv6Name(std::uint8_t code) { return NumberName(code, kIcmpv6CodeNames); }

std::string IcmpTypeName(std::uint8_t type) { return NumberName(type, kIcmpTypeNames); }

std::string Icmpv6TypeName(std::uint8_t type) { return NumberName(type, kIcmpv6TypeNames); }

std::string_view PriorityName(int priority) {
  return priority == kManglePriority ? "mangle" : "filter";
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

// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/nft_print.h"

#include <fmt/format.h>

#include <bit>
#include <iterator>

namespace halfopen {
namespace {

using Words = std::vector<std::string>;

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

// Equality is left unsaid.
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

std::string FlagsText(const RuleParts::Flags& flags) {
  if (flags.mask == 0xff) {  // nft takes the whole byte for a plain value and prints most in hex
    if (flags.any) return "tcp flags != 0x0";
    return std::has_single_bit(flags.value) ? "tcp flags == " + FlagNames(flags.value)
                                            : fmt::format("tcp flags == {:#x}", flags.value);
  }
  const std::string mask = FlagNames(flags.mask);
  if (flags.any) return "tcp flags " + mask;
  if (flags.value == 0) return "tcp flags ! " + mask;
  if (std::has_single_bit(flags.mask)) return fmt::format("tcp flags & {0} == {0}", mask);
  return fmt::format("tcp flags {} / {}", FlagNames(flags.value), mask);
}

// nft leaves out the protocol matches that a later match implies.
void AppendProtocols(const RuleParts& parts, Words& words) {
  const bool address = parts.source || parts.destination;
  const bool icmp_of_family =
      parts.protocol == (parts.family == IpFamily::kIpv4 ? Protocol::kIcmp : Protocol::kIcmpv6);
  if (parts.family && !address && !icmp_of_family) {
    words.emplace_back(*parts.family == IpFamily::kIpv4 ? "meta nfproto ipv4"
                                                        : "meta nfproto ipv6");
  }
  const std::string_view ip = parts.family == IpFamily::kIpv6 ? "ip6" : "ip";
  if (parts.source) words.push_back(fmt::format("{} saddr {}", ip, parts.source->ToString()));
  if (parts.destination) {
    words.push_back(fmt::format("{} daddr {}", ip, parts.destination->ToString()));
  }
  const bool tcp_match =
      parts.source_port || parts.destination_port || parts.flags || !parts.options.empty();
  if (parts.protocol && !tcp_match) {
    words.push_back("meta l4proto " + ProtocolName(*parts.protocol));
  }
}

void AppendMatches(const RuleParts& parts, Words& words) {
  AppendProtocols(parts, words);
  if (parts.source_port) words.push_back(fmt::format("tcp sport {}", *parts.source_port));
  if (parts.destination_port) words.push_back(fmt::format("tcp dport {}", *parts.destination_port));
  if (parts.flags) words.push_back(FlagsText(*parts.flags));
  for (const RuleParts::Option& option : parts.options) {
    words.push_back(fmt::format("tcp option {} {}", OptionName(option.kind),
                                option.present ? "exists" : "missing"));
  }
  if (parts.length) {
    words.push_back(
        fmt::format("meta length {}{}", Operator(parts.length->comparison), parts.length->bytes));
  }
  if (parts.states != 0) words.push_back("ct state " + BitNames(parts.states, kStateNames));
  if (parts.counted) {
    words.push_back(fmt::format("numgen inc mod {} {}{}", parts.counted->modulus,
                                Operator(parts.counted->comparison), parts.counted->number));
  }
  if (parts.limit) {
    std::string text = fmt::format("limit rate {}{}/{}", parts.limit->over ? "over " : "",
                                   parts.limit->rate, UnitName(parts.limit->unit));
    if (parts.limit->burst != 5) text += fmt::format(" burst {} packets", parts.limit->burst);
    words.push_back(std::move(text));
  }
}

std::string LogText(const RuleParts::Log& log) {
  return log.prefix.empty() ? fmt::format("log group {}", log.group)
                            : fmt::format("log prefix \"{}\" group {}", log.prefix, log.group);
}

void AppendVerdict(const RuleParts& parts, Words& words) {
  switch (parts.verdict) {
    case RuleParts::Verdict::kNone:
      return;
    case RuleParts::Verdict::kDrop:
      words.emplace_back("drop");
      return;
    case RuleParts::Verdict::kAccept:
      words.emplace_back("accept");
      return;
    case RuleParts::Verdict::kRejectTcpReset:
      words.emplace_back("reject with tcp reset");
      return;
    case RuleParts::Verdict::kRejectIcmp:
      words.push_back(parts.family == IpFamily::kIpv4
                          ? fmt::format("reject with icmp {}", IcmpName(parts.reject_code))
                          : fmt::format("reject with icmpv6 {}", Icmpv6Name(parts.reject_code)));
      return;
    case RuleParts::Verdict::kRejectIcmpx:
      if (static_cast<IcmpxCode>(parts.reject_code) == IcmpxCode::kPortUnreachable) {
        words.emplace_back("reject");  // nft's default
      } else {
        words.push_back(fmt::format("reject with icmpx {}", IcmpxName(parts.reject_code)));
      }
      return;
  }
}

std::string CounterText(const Counter& counter) {
  return fmt::format("counter packets {} bytes {}", counter.packets, counter.bytes);
}

}  // namespace

std::string ListedRule(const Rule& rule, const Counter& counter) {
  Words words;
  AppendMatches(rule.parts(), words);
  words.push_back(CounterText(counter));
  if (rule.parts().log) words.push_back(LogText(*rule.parts().log));
  AppendVerdict(rule.parts(), words);
  return fmt::format("{}", fmt::join(words, " "));
}

std::string RuleWithCounter(const Rule& rule, const Counter& counter) {
  Words words;
  AppendMatches(rule.parts(), words);
  words.push_back(CounterText(counter));
  AppendVerdict(rule.parts(), words);
  return fmt::format("{}", fmt::join(words, " "));
}

std::string RuleName(const Rule& rule) {
  Words words;
  AppendMatches(rule.parts(), words);
  AppendVerdict(rule.parts(), words);
  if (words.empty()) return "counter";
  return fmt::format("{}", fmt::join(words, " "));
}

std::string ListedRuleset(std::span<const ListedChain> chains) {
  std::string text = "table inet halfopen {\n";
  bool first = true;
  for (const ListedChain& chain : chains) {
    if (!first) text += '\n';
    first = false;
    fmt::format_to(std::back_inserter(text),
                   "\tchain {0} {{\n\t\ttype filter hook {0} priority filter; policy accept;\n",
                   ToString(chain.hook));
    for (const ListedChain::Entry& entry : chain.rules) {
      text += "\t\t" + ListedRule(entry.rule, entry.counter) + '\n';
    }
    text += "\t}\n";
  }
  return text + "}\n";
}

}  // namespace halfopen

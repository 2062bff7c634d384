// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/nft_print.h"

#include <fmt/format.h>

#include <bit>
#include <iterator>

#include "netns/nft_names.h"

namespace halfopen {
namespace {

using Words = std::vector<std::string>;

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
  if (parts.protocol && !tcp_match && !parts.icmp) {
    words.push_back("meta l4proto " + ProtocolName(*parts.protocol));
  }
}

std::string IcmpWords(IpFamily family, const RuleParts::Icmp& icmp) {
  if (family == IpFamily::kIpv4) {
    return "icmp type " + IcmpTypeName(icmp.type) +
           (icmp.code ? " icmp code " + IcmpName(*icmp.code) : "");
  }
  return "icmpv6 type " + Icmpv6TypeName(icmp.type) +
         (icmp.code ? " icmpv6 code " + Icmpv6Name(*icmp.code) : "");
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
  if (parts.icmp) words.push_back(IcmpWords(*parts.family, *parts.icmp));
  if (parts.length) {
    words.push_back(
        fmt::format("meta length {}{}", Operator(parts.length->comparison), parts.length->bytes));
  }
  if (parts.states != 0) words.push_back("ct state " + StateNames(parts.states));
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

std::string TproxyText(const RuleParts& parts) {
  const std::string_view family = !parts.family                      ? ""
                                  : *parts.family == IpFamily::kIpv4 ? "ip "
                                                                     : "ip6 ";
  return fmt::format("tproxy {}to :{}", family, parts.proxy_port);
}

// What is done with the packet, behind counter and log.
void AppendVerdict(const RuleParts& parts, Words& words) {
  if (parts.verdict == RuleParts::Verdict::kTproxy) words.push_back(TproxyText(parts));
  if (parts.mark) words.push_back(fmt::format("meta mark set {:#010x}", *parts.mark));
  switch (parts.verdict) {
    case RuleParts::Verdict::kNone:
      return;
    case RuleParts::Verdict::kDrop:
      words.emplace_back("drop");
      return;
    case RuleParts::Verdict::kAccept:
    case RuleParts::Verdict::kTproxy:
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
                   "\tchain {0} {{\n\t\ttype filter hook {0} priority {1}; policy accept;\n",
                   ToString(chain.hook), PriorityName(PriorityOf(chain.hook)));
    for (const ListedChain::Entry& entry : chain.rules) {
      text += "\t\t" + ListedRule(entry.rule, entry.counter) + '\n';
    }
    text += "\t}\n";
  }
  return text + "}\n";
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/nft_rule.h"

#include <fmt/format.h>

#include <limits>
#include <stdexcept>

namespace halfopen {
namespace {

// NF_LOG_PREFIXLEN of the kernel, without the final NUL.
constexpr std::size_t kLongestLogPrefix = 127;

// numgen counts modulo something; this lasts for 2^32 - 1 packets.
constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();

void Require(bool condition, std::string_view what) {
  if (!condition) throw std::invalid_argument(fmt::format("nftables rule: {}", what));
}

}  // namespace

std::string_view ToString(Hook hook) {
  switch (hook) {
    case Hook::kPrerouting:
      return "prerouting";
    case Hook::kInput:
      return "input";
    case Hook::kForward:
      return "forward";
    case Hook::kOutput:
      return "output";
    case Hook::kPostrouting:
      return "postrouting";
  }
  return "";
}

void Rule::RequireFamily(IpFamily family) {
  Require(!parts_.family || *parts_.family == family,
          "its addresses and its ICMP code belong to one IP family");
  parts_.family = family;
}

void Rule::RequireProtocol(Protocol protocol) {
  Require(!parts_.protocol || *parts_.protocol == protocol,
          "ports, flags and options are matched on TCP only, and a packet has one protocol");
  parts_.protocol = protocol;
}

Rule Rule::Family(IpFamily family) const {
  Rule rule = *this;
  rule.RequireFamily(family);
  return rule;
}

Rule Rule::From(const IpAddress& address) const {
  Rule rule = Family(address.family());
  rule.parts_.source = address;
  return rule;
}

Rule Rule::To(const IpAddress& address) const {
  Rule rule = Family(address.family());
  rule.parts_.destination = address;
  return rule;
}

Rule Rule::OfProtocol(Protocol protocol) const {
  Rule rule = *this;
  rule.RequireProtocol(protocol);
  return rule;
}

Rule Rule::FromPort(std::uint16_t port) const {
  Rule rule = OfProtocol(Protocol::kTcp);
  rule.parts_.source_port = port;
  return rule;
}

Rule Rule::ToPort(std::uint16_t port) const {
  Rule rule = OfProtocol(Protocol::kTcp);
  rule.parts_.destination_port = port;
  return rule;
}

Rule Rule::TcpFlags(std::uint8_t mask, std::uint8_t value) const {
  Require(mask != 0, "the mask of TCP flags is empty");
  Require((value & ~mask) == 0, "a TCP flag that the mask leaves out is never set");
  Rule rule = OfProtocol(Protocol::kTcp);
  rule.parts_.flags = {.mask = mask, .value = value, .any = false};
  return rule;
}

Rule Rule::AnyTcpFlag(std::uint8_t flags) const {
  Require(flags != 0, "any of no TCP flags is never set");
  Rule rule = OfProtocol(Protocol::kTcp);
  rule.parts_.flags = {.mask = flags, .value = 0, .any = true};
  return rule;
}

Rule Rule::WithOption(std::uint8_t kind, bool present) const {
  Rule rule = OfProtocol(Protocol::kTcp);
  rule.parts_.options.push_back({.kind = kind, .present = present});
  return rule;
}

Rule Rule::WithIcmp(IpFamily family, const RuleParts::Icmp& icmp) const {
  Rule rule =
      Family(family).OfProtocol(family == IpFamily::kIpv4 ? Protocol::kIcmp : Protocol::kIcmpv6);
  rule.parts_.icmp = icmp;
  return rule;
}

Rule Rule::Icmp(IpFamily family, std::uint8_t type) const {
  return WithIcmp(family, {.type = type, .code = std::nullopt});
}

Rule Rule::Icmp(IpFamily family, const IcmpMessage& message) const {
  return WithIcmp(family, {.type = message.type, .code = message.code});
}

Rule Rule::HasTcpOption(std::uint8_t kind) const { return WithOption(kind, true); }

Rule Rule::LacksTcpOption(std::uint8_t kind) const { return WithOption(kind, false); }

Rule Rule::Length(Comparison comparison, std::uint32_t bytes) const {
  Rule rule = *this;
  rule.parts_.length = {.comparison = comparison, .bytes = bytes};
  return rule;
}

Rule Rule::InState(std::initializer_list<ConnectionState> states) const {
  Require(states.size() != 0, "no connection state is given");
  Rule rule = *this;
  rule.parts_.states = 0;
  for (const ConnectionState state : states) {
    rule.parts_.states |= static_cast<std::uint8_t>(state);
  }
  return rule;
}

Rule Rule::Nth(std::uint32_t n) const {
  Require(n > 0, "packets are numbered from 1");
  Rule rule = *this;
  rule.parts_.counted = {.modulus = kNever, .comparison = Comparison::kEqual, .number = n - 1};
  return rule;
}

Rule Rule::First(std::uint32_t n) const {
  Require(n > 0, "packets are numbered from 1");
  Rule rule = *this;
  rule.parts_.counted = {.modulus = kNever, .comparison = Comparison::kLess, .number = n};
  return rule;
}

Rule Rule::EveryNth(std::uint32_t n) const {
  Require(n > 0, "packets are numbered from 1");
  Rule rule = *this;
  rule.parts_.counted = {.modulus = n, .comparison = Comparison::kEqual, .number = n - 1};
  return rule;
}

Rule Rule::WithLimit(const RuleParts::Limit& limit) const {
  Require(limit.rate > 0 && limit.burst > 0, "a rate and a burst are at least 1");
  Rule rule = *this;
  rule.parts_.limit = limit;
  return rule;
}

Rule Rule::LimitTo(std::uint64_t rate, RateUnit unit, std::uint32_t burst) const {
  return WithLimit({.rate = rate, .unit = unit, .burst = burst, .over = false});
}

Rule Rule::LimitOver(std::uint64_t rate, RateUnit unit, std::uint32_t burst) const {
  return WithLimit({.rate = rate, .unit = unit, .burst = burst, .over = true});
}

Rule Rule::Log(std::uint16_t group, std::string_view prefix) const {
  Require(prefix.size() <= kLongestLogPrefix, "a log prefix has at most 127 bytes");
  Require(prefix.find_first_of("\"\n") == prefix.npos && prefix.find('\0') == prefix.npos,
          "a log prefix has no quotation mark, newline or NUL");
  Rule rule = *this;
  rule.parts_.log = {.group = group, .prefix = std::string(prefix)};
  return rule;
}

Rule Rule::WithVerdict(RuleParts::Verdict verdict, std::uint8_t code) const {
  // nft_reject_inet_validate() of the kernel.
  Require(verdict < RuleParts::Verdict::kRejectTcpReset || hook() != Hook::kPostrouting,
          "the postrouting hook has no reject");
  Rule rule = *this;
  rule.parts_.verdict = verdict;
  rule.parts_.reject_code = code;
  return rule;
}

Rule Rule::SetMark(std::uint32_t mark) const {
  Rule rule = *this;
  rule.parts_.mark = mark;
  return rule;
}

Rule Rule::Drop() const { return WithVerdict(RuleParts::Verdict::kDrop); }

Rule Rule::Accept() const { return WithVerdict(RuleParts::Verdict::kAccept); }

Rule Rule::Count() const { return WithVerdict(RuleParts::Verdict::kNone); }

Rule Rule::Tproxy(std::uint16_t port) const {
  // nft_tproxy_validate() of the kernel, and nft's own check.
  Require(hook() == Hook::kPrerouting, "a tproxy is in the prerouting hook only");
  Require(port != 0, "a tproxy has a port");
  Rule rule = OfProtocol(Protocol::kTcp).WithVerdict(RuleParts::Verdict::kTproxy);
  rule.parts_.proxy_port = port;
  return rule;
}

Rule Rule::RejectWithTcpReset() const {
  return OfProtocol(Protocol::kTcp).WithVerdict(RuleParts::Verdict::kRejectTcpReset);
}

Rule Rule::Reject(IcmpCode code) const {
  return Family(IpFamily::kIpv4)
      .WithVerdict(RuleParts::Verdict::kRejectIcmp, static_cast<std::uint8_t>(code));
}

Rule Rule::Reject(Icmpv6Code code) const {
  return Family(IpFamily::kIpv6)
      .WithVerdict(RuleParts::Verdict::kRejectIcmp, static_cast<std::uint8_t>(code));
}

Rule Rule::Reject(IcmpxCode code) const {
  return WithVerdict(RuleParts::Verdict::kRejectIcmpx, static_cast<std::uint8_t>(code));
}

}  // namespace halfopen

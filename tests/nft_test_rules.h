// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_TESTS_NFT_TEST_RULES_H_
#define HALFOPEN_TESTS_NFT_TEST_RULES_H_

#include <string>
#include <vector>

#include "netns/address.h"
#include "netns/nft_rule.h"

namespace halfopen {

struct NamedRule {
  Rule rule;
  std::string name;  // what RuleName() has to say
};

// One rule or more for every match, statement and verdict, in both families.
inline std::vector<NamedRule> EveryKindOfRule() {
  constexpr int kFin = 0x01, kSyn = 0x02, kRst = 0x04, kPsh = 0x08, kAck = 0x10, kUrg = 0x20,
                kEce = 0x40, kCwr = 0x80;
  const IpAddress v4 = IpAddress::Parse("10.0.0.1");
  const IpAddress v4b = IpAddress::Parse("10.0.0.2");
  const IpAddress v6 = IpAddress::Parse("fd00::1");
  const IpAddress v6b = IpAddress::Parse("fd00::2");
  using enum Comparison;
  const Rule in;
  return {
      // Addresses, families, protocols, ports.
      {in, "counter"},
      {in.Drop(), "drop"},
      {in.From(v4).Drop(), "ip saddr 10.0.0.1 drop"},
      {in.To(v4).Drop(), "ip daddr 10.0.0.1 drop"},
      {in.From(v6).Drop(), "ip6 saddr fd00::1 drop"},
      {in.To(v6).Drop(), "ip6 daddr fd00::1 drop"},
      {in.From(v4).To(v4b).Drop(), "ip saddr 10.0.0.1 ip daddr 10.0.0.2 drop"},
      {in.From(v6).To(v6b).Drop(), "ip6 saddr fd00::1 ip6 daddr fd00::2 drop"},
      {in.Family(IpFamily::kIpv4).Drop(), "meta nfproto ipv4 drop"},
      {in.Family(IpFamily::kIpv6).Drop(), "meta nfproto ipv6 drop"},
      {in.OfProtocol(Protocol::kTcp).Drop(), "meta l4proto tcp drop"},
      {in.OfProtocol(Protocol::kUdp).Drop(), "meta l4proto udp drop"},
      {in.OfProtocol(Protocol::kIcmp).Drop(), "meta l4proto icmp drop"},
      {in.OfProtocol(Protocol::kIcmpv6).Drop(), "meta l4proto ipv6-icmp drop"},
      {in.From(v4).OfProtocol(Protocol::kTcp).Drop(), "ip saddr 10.0.0.1 meta l4proto tcp drop"},
      {in.From(v6).OfProtocol(Protocol::kTcp).Drop(), "ip6 saddr fd00::1 meta l4proto tcp drop"},
      {in.From(v4).OfProtocol(Protocol::kIcmp).Drop(), "ip saddr 10.0.0.1 meta l4proto icmp drop"},
      {in.From(v6).OfProtocol(Protocol::kIcmpv6).Drop(),
       "ip6 saddr fd00::1 meta l4proto ipv6-icmp drop"},
      {in.Family(IpFamily::kIpv4).OfProtocol(Protocol::kTcp).Drop(),
       "meta nfproto ipv4 meta l4proto tcp drop"},
      {in.Family(IpFamily::kIpv4).OfProtocol(Protocol::kIcmp).Drop(), "meta l4proto icmp drop"},
      {in.Family(IpFamily::kIpv6).OfProtocol(Protocol::kIcmpv6).Drop(),
       "meta l4proto ipv6-icmp drop"},
      {in.Family(IpFamily::kIpv4).OfProtocol(Protocol::kIcmpv6).Drop(),
       "meta nfproto ipv4 meta l4proto ipv6-icmp drop"},
      {in.Family(IpFamily::kIpv6).OfProtocol(Protocol::kIcmp).Drop(),
       "meta nfproto ipv6 meta l4proto icmp drop"},
      {in.ToPort(80).Drop(), "tcp dport 80 drop"},
      {in.FromPort(80).Drop(), "tcp sport 80 drop"},
      {in.FromPort(40000).ToPort(80).Drop(), "tcp sport 40000 tcp dport 80 drop"},
      {in.From(v4).ToPort(80).Drop(), "ip saddr 10.0.0.1 tcp dport 80 drop"},
      {in.From(v6).ToPort(80).Drop(), "ip6 saddr fd00::1 tcp dport 80 drop"},
      {in.From(v4).To(v4b).FromPort(1).ToPort(65535).Drop(),
       "ip saddr 10.0.0.1 ip daddr 10.0.0.2 tcp sport 1 tcp dport 65535 drop"},
      {in.Family(IpFamily::kIpv6).ToPort(80).Drop(), "meta nfproto ipv6 tcp dport 80 drop"},
      // TCP flags.
      {in.TcpFlags(kSyn | kAck, kSyn).Drop(), "tcp flags syn / syn,ack drop"},
      {in.TcpFlags(kSyn | kRst | kAck, kSyn | kAck).Drop(), "tcp flags syn,ack / syn,rst,ack drop"},
      {in.TcpFlags(kSyn | kAck, kSyn | kAck).Drop(), "tcp flags syn,ack / syn,ack drop"},
      {in.TcpFlags(kFin | kSyn | kRst | kPsh | kAck | kUrg, 0).Drop(),
       "tcp flags ! fin,syn,rst,psh,ack,urg drop"},
      {in.TcpFlags(kSyn, kSyn).Drop(), "tcp flags & syn == syn drop"},
      {in.TcpFlags(kSyn, 0).Drop(), "tcp flags ! syn drop"},
      {in.TcpFlags(kEce | kCwr, kEce).Drop(), "tcp flags ecn / ecn,cwr drop"},
      {in.TcpFlags(0xff, kSyn).Drop(), "tcp flags == syn drop"},
      {in.TcpFlags(0xff, kSyn | kAck).Drop(), "tcp flags == 0x12 drop"},
      {in.TcpFlags(0xff, 0).Drop(), "tcp flags == 0x0 drop"},
      {in.TcpFlags(0xff, 0xff).Drop(), "tcp flags == 0xff drop"},
      {in.AnyTcpFlag(kSyn | kRst).Drop(), "tcp flags syn,rst drop"},
      {in.AnyTcpFlag(kFin).Drop(), "tcp flags fin drop"},
      {in.AnyTcpFlag(0xff).Drop(), "tcp flags != 0x0 drop"},
      {in.From(v4).FromPort(5).ToPort(80).TcpFlags(kSyn | kAck, kSyn).Drop(),
       "ip saddr 10.0.0.1 tcp sport 5 tcp dport 80 tcp flags syn / syn,ack drop"},
      {in.From(v6).AnyTcpFlag(kRst).Drop(), "ip6 saddr fd00::1 tcp flags rst drop"},
      // TCP options.
      {in.HasTcpOption(0).Drop(), "tcp option eol exists drop"},
      {in.HasTcpOption(1).Drop(), "tcp option nop exists drop"},
      {in.HasTcpOption(2).Drop(), "tcp option maxseg exists drop"},
      {in.HasTcpOption(3).Drop(), "tcp option window exists drop"},
      {in.HasTcpOption(4).Drop(), "tcp option sack-perm exists drop"},
      {in.HasTcpOption(5).Drop(), "tcp option sack exists drop"},
      {in.HasTcpOption(8).Drop(), "tcp option timestamp exists drop"},
      {in.HasTcpOption(19).Drop(), "tcp option md5sig exists drop"},
      {in.HasTcpOption(30).Drop(), "tcp option mptcp exists drop"},
      {in.HasTcpOption(34).Drop(), "tcp option fastopen exists drop"},
      {in.HasTcpOption(253).Drop(), "tcp option 253 exists drop"},
      {in.LacksTcpOption(8).Drop(), "tcp option timestamp missing drop"},
      {in.From(v4).ToPort(80).HasTcpOption(4).LacksTcpOption(8).Drop(),
       "ip saddr 10.0.0.1 tcp dport 80 tcp option sack-perm exists tcp option timestamp missing "
       "drop"},
      {in.From(v6).HasTcpOption(5).Drop(), "ip6 saddr fd00::1 tcp option sack exists drop"},
      // ICMP.
      {in.Icmp(IpFamily::kIpv4, 3).Drop(), "icmp type destination-unreachable drop"},
      {in.Icmp(IpFamily::kIpv4, {3, 4}).Drop(),
       "icmp type destination-unreachable icmp code frag-needed drop"},
      {in.Icmp(IpFamily::kIpv4, {3, 15}).Drop(),
       "icmp type destination-unreachable icmp code 15 drop"},
      {in.From(v4).Icmp(IpFamily::kIpv4, {11, 0}).Drop(),
       "ip saddr 10.0.0.1 icmp type time-exceeded icmp code net-unreachable drop"},
      {in.Icmp(IpFamily::kIpv6, 2).Drop(), "icmpv6 type packet-too-big drop"},
      {in.To(v6).Icmp(IpFamily::kIpv6, {1, 7}).Drop(),
       "ip6 daddr fd00::1 icmpv6 type destination-unreachable icmpv6 code 7 drop"},
      {in.Icmp(IpFamily::kIpv6, 135).Nth(1).Drop(),
       "icmpv6 type nd-neighbor-solicit numgen inc mod 4294967295 0 drop"},
      // Length, connection state, number.
      {in.Length(kEqual, 60).Drop(), "meta length 60 drop"},
      {in.Length(kNotEqual, 60).Drop(), "meta length != 60 drop"},
      {in.Length(kLess, 60).Drop(), "meta length < 60 drop"},
      {in.Length(kLessOrEqual, 60).Drop(), "meta length <= 60 drop"},
      {in.Length(kGreater, 1400).Drop(), "meta length > 1400 drop"},
      {in.Length(kGreaterOrEqual, 65536).Drop(), "meta length >= 65536 drop"},
      {in.From(v4).Length(kGreater, 60).Drop(), "ip saddr 10.0.0.1 meta length > 60 drop"},
      {in.ToPort(80).Length(kGreater, 60).Drop(), "tcp dport 80 meta length > 60 drop"},
      {in.InState({ConnectionState::kNew}).Drop(), "ct state new drop"},
      {in.InState({ConnectionState::kInvalid}).Drop(), "ct state invalid drop"},
      {in.InState({ConnectionState::kRelated}).Drop(), "ct state related drop"},
      {in.InState({ConnectionState::kUntracked}).Drop(), "ct state untracked drop"},
      {in.InState({ConnectionState::kNew, ConnectionState::kEstablished}).Drop(),
       "ct state established,new drop"},
      {in.From(v6).ToPort(80).InState({ConnectionState::kEstablished}).Drop(),
       "ip6 saddr fd00::1 tcp dport 80 ct state established drop"},
      {in.Nth(1).Drop(), "numgen inc mod 4294967295 0 drop"},
      {in.Nth(3).Drop(), "numgen inc mod 4294967295 2 drop"},
      {in.First(3).Drop(), "numgen inc mod 4294967295 < 3 drop"},
      {in.EveryNth(3).Drop(), "numgen inc mod 3 2 drop"},
      {in.EveryNth(1).Drop(), "numgen inc mod 1 0 drop"},
      {in.From(v4).ToPort(80).First(1).Drop(),
       "ip saddr 10.0.0.1 tcp dport 80 numgen inc mod 4294967295 < 1 drop"},
      // Limit.
      {in.LimitTo(5, RateUnit::kSecond).Drop(), "limit rate 5/second drop"},
      {in.LimitTo(5, RateUnit::kMinute, 1).Drop(), "limit rate 5/minute burst 1 packets drop"},
      {in.LimitOver(5, RateUnit::kHour, 10).Drop(), "limit rate over 5/hour burst 10 packets drop"},
      {in.LimitOver(1, RateUnit::kDay).Drop(), "limit rate over 1/day drop"},
      {in.LimitTo(7, RateUnit::kWeek, 2).Drop(), "limit rate 7/week burst 2 packets drop"},
      {in.ToPort(80).LimitOver(1, RateUnit::kSecond, 3).Drop(),
       "tcp dport 80 limit rate over 1/second burst 3 packets drop"},
      // Log: no part of the name.
      {in.From(v4).Log(7, "halfopen 1").Drop(), "ip saddr 10.0.0.1 drop"},
      {in.Log(0, "").Drop(), "drop"},
      {in.Log(65535, "a b: c=d"), "counter"},
      {in.ToPort(80).Log(1, "x").RejectWithTcpReset(), "tcp dport 80 reject with tcp reset"},
      // Marks.
      {in.SetMark(1), "meta mark set 0x00000001"},
      {in.ToPort(80).Log(1, "x").SetMark(0x12345).Accept(),
       "tcp dport 80 meta mark set 0x00012345 accept"},
      // Verdicts.
      {in.Accept(), "accept"},
      {in.From(v4).Accept(), "ip saddr 10.0.0.1 accept"},
      {in.From(v4).Count(), "ip saddr 10.0.0.1"},
      {in.RejectWithTcpReset(), "meta l4proto tcp reject with tcp reset"},
      {in.From(v4).RejectWithTcpReset(),
       "ip saddr 10.0.0.1 meta l4proto tcp reject with tcp reset"},
      {in.From(v6).ToPort(80).RejectWithTcpReset(),
       "ip6 saddr fd00::1 tcp dport 80 reject with tcp reset"},
      {in.AnyTcpFlag(kSyn).RejectWithTcpReset(), "tcp flags syn reject with tcp reset"},
      {in.From(v4).HasTcpOption(8).RejectWithTcpReset(),
       "ip saddr 10.0.0.1 tcp option timestamp exists reject with tcp reset"},
      {in.Reject(IcmpCode::kPortUnreachable),
       "meta nfproto ipv4 reject with icmp port-unreachable"},
      {in.From(v4).Reject(IcmpCode::kNetUnreachable),
       "ip saddr 10.0.0.1 reject with icmp net-unreachable"},
      {in.From(v4).Reject(IcmpCode::kHostUnreachable),
       "ip saddr 10.0.0.1 reject with icmp host-unreachable"},
      {in.From(v4).Reject(IcmpCode::kProtUnreachable),
       "ip saddr 10.0.0.1 reject with icmp prot-unreachable"},
      {in.From(v4).Reject(IcmpCode::kPortUnreachable),
       "ip saddr 10.0.0.1 reject with icmp port-unreachable"},
      {in.From(v4).Reject(IcmpCode::kNetProhibited),
       "ip saddr 10.0.0.1 reject with icmp net-prohibited"},
      {in.From(v4).Reject(IcmpCode::kHostProhibited),
       "ip saddr 10.0.0.1 reject with icmp host-prohibited"},
      {in.From(v4).ToPort(80).Reject(IcmpCode::kAdminProhibited),
       "ip saddr 10.0.0.1 tcp dport 80 reject with icmp admin-prohibited"},
      {in.ToPort(80).Reject(IcmpCode::kPortUnreachable),
       "meta nfproto ipv4 tcp dport 80 reject with icmp port-unreachable"},
      {in.OfProtocol(Protocol::kTcp).Reject(IcmpCode::kPortUnreachable),
       "meta nfproto ipv4 meta l4proto tcp reject with icmp port-unreachable"},
      {in.From(v4).Reject(IcmpCode::kFragmentationNeeded),
       "ip saddr 10.0.0.1 reject with icmp frag-needed"},
      {in.From(v4).Reject(IcmpCode::kSourceRouteFailed), "ip saddr 10.0.0.1 reject with icmp 5"},
      {in.From(v4).Reject(IcmpCode::kPrecedenceCutoff), "ip saddr 10.0.0.1 reject with icmp 15"},
      {in.From(v6).Reject(Icmpv6Code::kBeyondScope), "ip6 saddr fd00::1 reject with icmpv6 2"},
      {in.From(v6).Reject(Icmpv6Code::kSourceRoutingHeaderError),
       "ip6 saddr fd00::1 reject with icmpv6 7"},
      {in.Reject(Icmpv6Code::kPortUnreachable),
       "meta nfproto ipv6 reject with icmpv6 port-unreachable"},
      {in.From(v6).Reject(Icmpv6Code::kNoRoute), "ip6 saddr fd00::1 reject with icmpv6 no-route"},
      {in.From(v6).Reject(Icmpv6Code::kAdminProhibited),
       "ip6 saddr fd00::1 reject with icmpv6 admin-prohibited"},
      {in.From(v6).Reject(Icmpv6Code::kAddrUnreachable),
       "ip6 saddr fd00::1 reject with icmpv6 addr-unreachable"},
      {in.From(v6).Reject(Icmpv6Code::kPortUnreachable),
       "ip6 saddr fd00::1 reject with icmpv6 port-unreachable"},
      {in.From(v6).Reject(Icmpv6Code::kPolicyFail),
       "ip6 saddr fd00::1 reject with icmpv6 policy-fail"},
      {in.From(v6).ToPort(80).Reject(Icmpv6Code::kRejectRoute),
       "ip6 saddr fd00::1 tcp dport 80 reject with icmpv6 reject-route"},
      {in.Reject(IcmpxCode::kPortUnreachable), "reject"},
      {in.ToPort(80).Reject(IcmpxCode::kPortUnreachable), "tcp dport 80 reject"},
      {in.From(v6).ToPort(80).Reject(IcmpxCode::kPortUnreachable),
       "ip6 saddr fd00::1 tcp dport 80 reject"},
      {in.From(v4).Reject(IcmpxCode::kNoRoute), "ip saddr 10.0.0.1 reject with icmpx no-route"},
      {in.Reject(IcmpxCode::kHostUnreachable), "reject with icmpx host-unreachable"},
      {in.Reject(IcmpxCode::kAdminProhibited), "reject with icmpx admin-prohibited"},
      // Everything at once.
      {in.From(v4)
           .To(v4b)
           .FromPort(5)
           .ToPort(80)
           .TcpFlags(kSyn | kAck, kAck)
           .HasTcpOption(8)
           .Length(kGreater, 60)
           .InState({ConnectionState::kEstablished})
           .EveryNth(2)
           .LimitTo(100, RateUnit::kSecond, 9)
           .Log(4, "all")
           .Reject(IcmpCode::kHostUnreachable),
       "ip saddr 10.0.0.1 ip daddr 10.0.0.2 tcp sport 5 tcp dport 80 tcp flags ack / syn,ack "
       "tcp option timestamp exists meta length > 60 ct state established numgen inc mod 2 1 "
       "limit rate 100/second burst 9 packets reject with icmp host-unreachable"},
      // The other hooks.
      {Rule(Hook::kOutput).To(v4).ToPort(80).Drop(), "ip daddr 10.0.0.1 tcp dport 80 drop"},
      {Rule(Hook::kForward).From(v6).Drop(), "ip6 saddr fd00::1 drop"},
      {Rule(Hook::kPrerouting).ToPort(80).RejectWithTcpReset(),
       "tcp dport 80 reject with tcp reset"},
      {Rule(Hook::kPrerouting).To(v4).ToPort(80).Tproxy(8080),
       "ip daddr 10.0.0.1 tcp dport 80 tproxy ip to :8080 accept"},
      {Rule(Hook::kPrerouting).To(v6).ToPort(80).SetMark(1).Tproxy(8080),
       "ip6 daddr fd00::1 tcp dport 80 tproxy ip6 to :8080 meta mark set 0x00000001 accept"},
      {Rule(Hook::kPrerouting).Tproxy(65535), "meta l4proto tcp tproxy to :65535 accept"},
      {Rule(Hook::kPostrouting).OfProtocol(Protocol::kTcp).Drop(), "meta l4proto tcp drop"},
  };
}

}  // namespace halfopen

#endif  // HALFOPEN_TESTS_NFT_TEST_RULES_H_

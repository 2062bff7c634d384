// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_NOTATION_ICMP_H_
#define HALFOPEN_HARNESS_EXPECT_NOTATION_ICMP_H_

#include <array>
#include <string>
#include <string_view>

#include "netns/address.h"
#include "netns/icmp_message.h"

namespace halfopen {

// An ICMP or ICMPv6 error and its word: nft's where it has one, else iptables'. Messages of the two
// families that mean the same have the same word.
struct IcmpWord {
  IpFamily family;
  IcmpMessage message;
  std::string_view word;
};

// RFC 792, RFC 1122 3.2.2.1, RFC 1812 5.2.7.1; RFC 4443 3, RFC 7112 5, RFC 8883 2.
inline constexpr std::array kIcmpWords = {
    IcmpWord{IpFamily::kIpv4, {3, 0}, "net-unreachable"},
    IcmpWord{IpFamily::kIpv4, {3, 1}, "host-unreachable"},
    IcmpWord{IpFamily::kIpv4, {3, 2}, "prot-unreachable"},
    IcmpWord{IpFamily::kIpv4, {3, 3}, "port-unreachable"},
    IcmpWord{IpFamily::kIpv4, {3, 4}, "frag-needed"},
    IcmpWord{IpFamily::kIpv4, {3, 5}, "source-route-failed"},
    IcmpWord{IpFamily::kIpv4, {3, 6}, "net-unknown"},
    IcmpWord{IpFamily::kIpv4, {3, 7}, "host-unknown"},
    IcmpWord{IpFamily::kIpv4, {3, 8}, "host-isolated"},
    IcmpWord{IpFamily::kIpv4, {3, 9}, "net-prohibited"},
    IcmpWord{IpFamily::kIpv4, {3, 10}, "host-prohibited"},
    IcmpWord{IpFamily::kIpv4, {3, 11}, "tos-net-unreachable"},
    IcmpWord{IpFamily::kIpv4, {3, 12}, "tos-host-unreachable"},
    IcmpWord{IpFamily::kIpv4, {3, 13}, "admin-prohibited"},
    IcmpWord{IpFamily::kIpv4, {3, 14}, "host-precedence-violation"},
    IcmpWord{IpFamily::kIpv4, {3, 15}, "precedence-cutoff"},
    IcmpWord{IpFamily::kIpv4, {4, 0}, "source-quench"},
    IcmpWord{IpFamily::kIpv4, {5, 0}, "net-redirect"},
    IcmpWord{IpFamily::kIpv4, {5, 1}, "host-redirect"},
    IcmpWord{IpFamily::kIpv4, {5, 2}, "tos-net-redirect"},
    IcmpWord{IpFamily::kIpv4, {5, 3}, "tos-host-redirect"},
    IcmpWord{IpFamily::kIpv4, {11, 0}, "ttl-exceeded"},
    IcmpWord{IpFamily::kIpv4, {11, 1}, "reassembly-timeout"},
    IcmpWord{IpFamily::kIpv4, {12, 0}, "parameter-problem"},
    IcmpWord{IpFamily::kIpv4, {12, 1}, "required-option-missing"},
    IcmpWord{IpFamily::kIpv4, {12, 2}, "bad-length"},
    IcmpWord{IpFamily::kIpv6, {1, 0}, "no-route"},
    IcmpWord{IpFamily::kIpv6, {1, 1}, "admin-prohibited"},
    IcmpWord{IpFamily::kIpv6, {1, 2}, "beyond-scope"},
    IcmpWord{IpFamily::kIpv6, {1, 3}, "addr-unreachable"},
    IcmpWord{IpFamily::kIpv6, {1, 4}, "port-unreachable"},
    IcmpWord{IpFamily::kIpv6, {1, 5}, "policy-fail"},
    IcmpWord{IpFamily::kIpv6, {1, 6}, "reject-route"},
    IcmpWord{IpFamily::kIpv6, {1, 7}, "source-routing-header-error"},
    IcmpWord{IpFamily::kIpv6, {2, 0}, "packet-too-big"},
    IcmpWord{IpFamily::kIpv6, {3, 0}, "ttl-exceeded"},
    IcmpWord{IpFamily::kIpv6, {3, 1}, "reassembly-timeout"},
    IcmpWord{IpFamily::kIpv6, {4, 0}, "bad-header"},
    IcmpWord{IpFamily::kIpv6, {4, 1}, "unknown-next-header"},
    IcmpWord{IpFamily::kIpv6, {4, 2}, "unknown-option"},
    IcmpWord{IpFamily::kIpv6, {4, 3}, "incomplete-header-chain"},
};

// The table's own view of the word, which lives on; empty if there is no such word.
constexpr std::string_view FindIcmpWord(std::string_view word) {
  for (const IcmpWord& known : kIcmpWords) {
    if (known.word == word) return known.word;
  }
  return {};
}

// Whether the word stands for this message of this family. Thread-safe.
bool MeansIcmp(std::string_view word, IpFamily family, const IcmpMessage& message);

// The message's word; TYPE/CODE if it has none. Thread-safe.
std::string IcmpText(IpFamily family, const IcmpMessage& message);
// TYPE/CODE, where the family is not known.
std::string IcmpText(const IcmpMessage& message);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_NOTATION_ICMP_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_NFT_PRINT_H_
#define HALFOPEN_NETNS_NFT_PRINT_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "netns/nft_rule.h"

namespace halfopen {

// How many packets a rule has hit, and their bytes from the IP header on.
struct Counter {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  bool operator==(const Counter&) const = default;
};

// A rule in the words of nft 1.0.6, three times:
// as `nft list ruleset` prints it:
//   ip saddr 10.0.0.1 tcp dport 80 counter packets 3 bytes 180 log prefix "a" group 1 drop
std::string ListedRule(const Rule& rule, const Counter& counter);
// for failures, without what serves the harness only:
//   ip saddr 10.0.0.1 tcp dport 80 counter packets 3 bytes 180 drop
std::string RuleWithCounter(const Rule& rule, const Counter& counter);
// the rule's stable name:
//   ip saddr 10.0.0.1 tcp dport 80 drop
// A rule that hits every packet and only counts has the name "counter".
std::string RuleName(const Rule& rule);

struct ListedChain {
  struct Entry {
    Rule rule;
    Counter counter;
  };
  Hook hook = Hook::kInput;
  std::vector<Entry> rules;
};

// The table `inet halfopen` with these chains, byte for byte as `nft list ruleset` prints it.
std::string ListedRuleset(std::span<const ListedChain> chains);

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_NFT_PRINT_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_NFT_TABLE_H_
#define HALFOPEN_NETNS_NFT_TABLE_H_

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "netns/namespace.h"
#include "netns/netlink.h"
#include "netns/nft_compile.h"
#include "netns/nft_print.h"
#include "netns/nft_rule.h"

namespace halfopen {

// The kernel's handle of a rule; unique in its table for good.
enum class RuleHandle : std::uint64_t {};

// The nftables rules of one network namespace: table `inet halfopen`, a base chain per hook that
// has had a rule. The table is this object's alone. Rules stay until they are removed or the
// namespace goes. Not thread-safe.
class RuleTable {
 public:
  // Throws MissingCapability when the kernel has no nfnetlink, EnvironmentError otherwise.
  explicit RuleTable(const NetworkNamespace& where);

  // Appends the rule to the chain of its hook; table and chain are made in the same transaction.
  // Throws MissingCapability when the kernel lacks an expression, EnvironmentError otherwise.
  RuleHandle Add(const Rule& rule);
  // All of them at one instant, or none. The handles are in the order of the rules.
  std::vector<RuleHandle> Add(std::span<const Rule> rules);

  // What the rule has hit so far. Throws EnvironmentError: ENOENT for a rule that was removed.
  Counter Read(RuleHandle handle);

  // Removes the rule; returns what it has hit to the end. Throws EnvironmentError like Read().
  Counter Remove(RuleHandle handle);
  // All of them at one instant. The counters are in the order of the handles.
  std::vector<Counter> Remove(std::span<const RuleHandle> handles);

  // The rule behind a handle. Throws EnvironmentError: ENOENT for one that was removed.
  const Rule& At(RuleHandle handle) const;

  // What `nft list ruleset` prints, with the counters of this moment; "" before the first rule.
  std::string Print();

  // Which kernel feature the rule needs and this kernel has not ("numgen (CONFIG_NFT_NUMGEN)");
  // nothing if the rule would be taken, or refused for another reason. Changes nothing.
  std::optional<std::string> MissingFeature(const Rule& rule);

 private:
  struct Entry {
    RuleHandle handle;
    Rule rule;
  };

  std::vector<Entry>::const_iterator Find(RuleHandle handle) const;

  NetlinkSocket socket_;
  bool has_table_ = false;
  std::vector<Hook> chains_;    // in the order of their making, which is the kernel's
  std::vector<Entry> entries_;  // in the order of adding, which is the kernel's within a chain
};

// The feature that the first expression the kernel refuses as unknown belongs to; nothing if it
// takes them all or refuses them otherwise. Tries them in transactions that it lets fail.
std::optional<std::string> FindMissingFeature(NetlinkSocket& socket, Hook hook,
                                              std::span<const Expression> expressions);

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_NFT_TABLE_H_

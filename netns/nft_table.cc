// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/nft_table.h"

#include <fmt/format.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "netns/error.h"
#include "netns/nft_batch.h"

namespace halfopen {
namespace {

// nft's words for a command on the rule.
std::string Command(std::string_view verb, const Rule& rule) {
  return fmt::format("nft {} rule inet {} {} {}", verb, kNftTable, ToString(rule.hook()),
                     RuleName(rule));
}

}  // namespace

RuleTable::RuleTable(const NetworkNamespace& where) : socket_(where, NETLINK_NETFILTER) {}

RuleHandle RuleTable::Add(const Rule& rule) { return Add({&rule, 1}).front(); }

std::vector<RuleHandle> RuleTable::Add(std::span<const Rule> rules) {
  if (rules.empty()) return {};
  std::vector<Hook> chains = chains_;
  NftBatch batch(socket_);
  if (!has_table_) batch.AddTable();
  for (const Rule& rule : rules) {
    if (std::ranges::find(chains, rule.hook()) == chains.end()) {
      batch.AddChain(rule.hook());
      chains.push_back(rule.hook());
    }
    batch.AddRule(rule.hook(), Compile(rule));
  }

  std::vector<RuleHandle> handles;
  std::string what = Command("add", rules.front());
  if (rules.size() > 1) what += fmt::format(" (and {} more)", rules.size() - 1);
  try {
    batch.Commit(what, [&](const nlmsghdr& echo) {
      if ((echo.nlmsg_type & 0xff) == NFT_MSG_NEWRULE) {
        handles.push_back(RuleHandle{ParseRule(echo).handle});
      }
    });
  } catch (const EnvironmentError&) {
    for (const Rule& rule : rules) {
      if (const auto missing = MissingFeature(rule)) {
        throw MissingCapability(
            fmt::format("the kernel lacks {} for: {}", *missing, Command("add", rule)));
      }
    }
    throw;
  }
  if (handles.size() != rules.size()) {
    throw EnvironmentError("netlink", what, 0, "the kernel did not tell the rule's handle");
  }
  has_table_ = true;
  chains_ = std::move(chains);
  for (std::size_t i = 0; i < rules.size(); ++i) entries_.push_back({handles[i], rules[i]});
  return handles;
}

std::vector<RuleTable::Entry>::const_iterator RuleTable::Find(RuleHandle handle) const {
  const auto found = std::ranges::find(entries_, handle, &Entry::handle);
  if (found == entries_.end()) {
    throw EnvironmentError(
        "find", fmt::format("nftables rule with handle {}", static_cast<std::uint64_t>(handle)),
        ENOENT);
  }
  return found;
}

const Rule& RuleTable::At(RuleHandle handle) const { return Find(handle)->rule; }

Counter RuleTable::Read(RuleHandle handle) {
  const Rule& rule = At(handle);
  Counter counter;
  QueryRules(socket_, rule.hook(), static_cast<std::uint64_t>(handle), Command("list", rule),
             [&](const RuleInfo& info) { counter = info.counter; });
  return counter;
}

Counter RuleTable::Remove(RuleHandle handle) { return Remove({&handle, 1}).front(); }

std::vector<Counter> RuleTable::Remove(std::span<const RuleHandle> handles) {
  if (handles.empty()) return {};
  NftBatch batch(socket_);
  for (const RuleHandle handle : handles) {
    batch.DeleteRule(At(handle).hook(), static_cast<std::uint64_t>(handle));
  }
  const std::string what = Command("delete", At(handles.front()));
  std::vector<Counter> counters;
  // The echo tells the counter at the very end; reading it before would miss the last packets.
  batch.Commit(what, [&](const nlmsghdr& echo) {
    if ((echo.nlmsg_type & 0xff) != NFT_MSG_DELRULE) return;
    const RuleInfo info = ParseRule(echo);
    if (info.counted) counters.push_back(info.counter);
  });
  for (const RuleHandle handle : handles) entries_.erase(Find(handle));
  if (counters.size() != handles.size()) {
    throw EnvironmentError("netlink", what, 0, "the kernel did not tell the rule's last counter");
  }
  return counters;
}

std::string RuleTable::Print() {
  if (!has_table_) return {};
  std::map<RuleHandle, Counter> counters;
  QueryRules(socket_, Hook::kInput, 0, "nft list ruleset", [&](const RuleInfo& info) {
    counters.emplace(RuleHandle{info.handle}, info.counter);
  });
  std::vector<ListedChain> listed;
  for (const Hook hook : chains_) {
    ListedChain& chain = listed.emplace_back(ListedChain{.hook = hook, .rules = {}});
    for (const Entry& entry : entries_) {
      if (entry.rule.hook() != hook) continue;
      const auto counter = counters.find(entry.handle);
      if (counter == counters.end()) {
        throw EnvironmentError("nft list ruleset", RuleName(entry.rule), ENOENT,
                               "somebody else has removed the rule");
      }
      chain.rules.push_back({entry.rule, counter->second});
    }
  }
  return ListedRuleset(listed);
}

std::optional<std::string> RuleTable::MissingFeature(const Rule& rule) {
  return FindMissingFeature(socket_, rule.hook(), Compile(rule));
}

}  // namespace halfopen

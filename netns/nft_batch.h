// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_NFT_BATCH_H_
#define HALFOPEN_NETNS_NFT_BATCH_H_

#include <linux/netlink.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "netns/netlink.h"
#include "netns/nft_compile.h"
#include "netns/nft_print.h"
#include "netns/nft_rule.h"

namespace halfopen {

// The one table, of family inet, in which all rules of a host stand.
inline constexpr char kNftTable[] = "halfopen";

// A transaction of nf_tables: all of it takes effect at once, or nothing does. Not thread-safe.
class NftBatch {
 public:
  explicit NftBatch(NetlinkSocket& socket);

  // `flags` are more netlink flags, such as NLM_F_EXCL. Without it, what is there already stays.
  void AddTable(std::uint16_t flags = 0);
  // The base chain of the hook: type filter, the hook's priority, policy accept.
  void AddChain(Hook hook);
  // Appends a rule. The kernel's echo tells its handle.
  void AddRule(Hook hook, std::span<const Expression> expressions);
  // The kernel's echo tells what the rule has counted.
  void DeleteRule(Hook hook, std::uint64_t handle);

  // Sends everything in one call and waits for the kernel. `on_message` sees the echoes, in order.
  // Throws EnvironmentError naming `what`.
  void Commit(std::string_view what,
              const std::function<void(const nlmsghdr&)>& on_message = nullptr);

 private:
  // Calls `fill` with the header of a new message, then appends the message.
  void Append(std::uint16_t type, std::uint16_t flags, const std::function<void(nlmsghdr*)>& fill);
  void AppendMark(bool begin);

  NetlinkSocket& socket_;
  std::vector<std::uint8_t> messages_;
  std::size_t last_ = 0;  // offset of the newest message that asks for an acknowledgement
};

// What the kernel tells of a rule.
struct RuleInfo {
  std::uint64_t handle = 0;
  bool counted = false;  // the message has a counter
  Counter counter;
};

// Reads a message of type NFT_MSG_NEWRULE or NFT_MSG_DELRULE.
RuleInfo ParseRule(const nlmsghdr& header);

// Asks for one rule, or with handle 0 for all rules of the table; `on_rule` sees each.
// Throws EnvironmentError naming `what`: ENOENT if there is no such rule.
void QueryRules(NetlinkSocket& socket, Hook hook, std::uint64_t handle, std::string_view what,
                const std::function<void(const RuleInfo&)>& on_rule);

// Throws away what the kernel has already sent. After a refusal the answers to the other messages
// of the batch lie there still: nf_tables queues them all before sendto(2) returns.
void DrainAnswers(NetlinkSocket& socket);

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_NFT_BATCH_H_

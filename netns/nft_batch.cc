// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/nft_batch.h"

#include <libmnl/libmnl.h>
#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <libnftnl/table.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <sys/socket.h>

#include <cstring>
#include <memory>
#include <new>
#include <string>

#include "netns/error.h"

namespace halfopen {
namespace {

// More than the largest message needs: a rule of every match is below 3 KiB.
constexpr std::size_t kLargestMessage = 16384;

using Table = std::unique_ptr<nftnl_table, decltype([](nftnl_table* t) { nftnl_table_free(t); })>;
using Chain = std::unique_ptr<nftnl_chain, decltype([](nftnl_chain* c) { nftnl_chain_free(c); })>;
using KernelRule = std::unique_ptr<nftnl_rule, decltype([](nftnl_rule* r) { nftnl_rule_free(r); })>;

template <typename T>
T Allocated(typename T::pointer pointer) {
  if (pointer == nullptr) throw std::bad_alloc();
  return T(pointer);
}

// A rule of the table, in the chain of the hook; handle 0: not yet known.
KernelRule MakeRule(Hook hook, std::uint64_t handle) {
  auto rule = Allocated<KernelRule>(nftnl_rule_alloc());
  nftnl_rule_set_u32(rule.get(), NFTNL_RULE_FAMILY, NFPROTO_INET);
  nftnl_rule_set_str(rule.get(), NFTNL_RULE_TABLE, kNftTable);
  nftnl_rule_set_str(rule.get(), NFTNL_RULE_CHAIN, std::string(ToString(hook)).c_str());
  if (handle != 0) nftnl_rule_set_u64(rule.get(), NFTNL_RULE_HANDLE, handle);
  return rule;
}

}  // namespace

NftBatch::NftBatch(NetlinkSocket& socket) : socket_(socket) { AppendMark(true); }

void NftBatch::AppendMark(bool begin) {
  char buffer[256] = {};
  const nlmsghdr* header = begin ? nftnl_batch_begin(buffer, socket_.NextSequence())
                                 : nftnl_batch_end(buffer, socket_.NextSequence());
  messages_.insert(messages_.end(), buffer, buffer + header->nlmsg_len);
}

void NftBatch::Append(std::uint16_t type, std::uint16_t flags,
                      const std::function<void(nlmsghdr*)>& fill) {
  last_ = messages_.size();
  messages_.resize(last_ + kLargestMessage);
  nlmsghdr* header = nftnl_nlmsg_build_hdr(reinterpret_cast<char*>(&messages_[last_]), type,
                                           NFPROTO_INET, flags, socket_.NextSequence());
  fill(header);
  messages_.resize(last_ + header->nlmsg_len);
}

void NftBatch::AddTable(std::uint16_t flags) {
  Append(NFT_MSG_NEWTABLE, NLM_F_CREATE | flags, [](nlmsghdr* header) {
    const auto table = Allocated<Table>(nftnl_table_alloc());
    nftnl_table_set_u32(table.get(), NFTNL_TABLE_FAMILY, NFPROTO_INET);
    nftnl_table_set_str(table.get(), NFTNL_TABLE_NAME, kNftTable);
    nftnl_table_nlmsg_build_payload(header, table.get());
  });
}

void NftBatch::AddChain(Hook hook) {
  Append(NFT_MSG_NEWCHAIN, NLM_F_CREATE, [hook](nlmsghdr* header) {
    const auto chain = Allocated<Chain>(nftnl_chain_alloc());
    nftnl_chain_set_u32(chain.get(), NFTNL_CHAIN_FAMILY, NFPROTO_INET);
    nftnl_chain_set_str(chain.get(), NFTNL_CHAIN_TABLE, kNftTable);
    nftnl_chain_set_str(chain.get(), NFTNL_CHAIN_NAME, std::string(ToString(hook)).c_str());
    nftnl_chain_set_str(chain.get(), NFTNL_CHAIN_TYPE, "filter");
    nftnl_chain_set_u32(chain.get(), NFTNL_CHAIN_HOOKNUM, static_cast<std::uint32_t>(hook));
    nftnl_chain_set_s32(chain.get(), NFTNL_CHAIN_PRIO, PriorityOf(hook));
    nftnl_chain_set_u32(chain.get(), NFTNL_CHAIN_POLICY, NF_ACCEPT);
    nftnl_chain_nlmsg_build_payload(header, chain.get());
  });
}

void NftBatch::AddRule(Hook hook, std::span<const Expression> expressions) {
  Append(NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND | NLM_F_ECHO, [&](nlmsghdr* header) {
    // Not through nftnl_rule_add_expr(), which would take the expressions away from their owner.
    const KernelRule rule = MakeRule(hook, 0);
    nftnl_rule_nlmsg_build_payload(header, rule.get());
    nlattr* list = mnl_attr_nest_start(header, NFTA_RULE_EXPRESSIONS);
    for (const Expression& expression : expressions) {
      nlattr* element = mnl_attr_nest_start(header, NFTA_LIST_ELEM);
      nftnl_expr_build_payload(header, expression.get());
      mnl_attr_nest_end(header, element);
    }
    mnl_attr_nest_end(header, list);
  });
}

void NftBatch::DeleteRule(Hook hook, std::uint64_t handle) {
  Append(NFT_MSG_DELRULE, NLM_F_ECHO, [&](nlmsghdr* header) {
    nftnl_rule_nlmsg_build_payload(header, MakeRule(hook, handle).get());
  });
}

void NftBatch::Commit(std::string_view what,
                      const std::function<void(const nlmsghdr&)>& on_message) {
  auto* last = reinterpret_cast<nlmsghdr*>(&messages_[last_]);
  last->nlmsg_flags |= NLM_F_ACK;
  const std::uint32_t sequence = last->nlmsg_seq;
  AppendMark(false);
  try {
    socket_.Transact(messages_, sequence, what, on_message);
  } catch (const EnvironmentError&) {
    DrainAnswers(socket_);
    throw;
  }
}

RuleInfo ParseRule(const nlmsghdr& header) {
  const auto rule = Allocated<KernelRule>(nftnl_rule_alloc());
  if (nftnl_rule_nlmsg_parse(&header, rule.get()) < 0) {
    throw EnvironmentError("netlink", "nftables rule", 0,
                           "libnftnl cannot read the kernel's answer");
  }
  RuleInfo info;
  info.handle = nftnl_rule_get_u64(rule.get(), NFTNL_RULE_HANDLE);
  nftnl_expr_foreach(
      rule.get(),
      [](nftnl_expr* expression, void* data) {
        auto& found = *static_cast<RuleInfo*>(data);
        if (std::strcmp(nftnl_expr_get_str(expression, NFTNL_EXPR_NAME), "counter") == 0) {
          found.counted = true;
          found.counter = {.packets = nftnl_expr_get_u64(expression, NFTNL_EXPR_CTR_PACKETS),
                           .bytes = nftnl_expr_get_u64(expression, NFTNL_EXPR_CTR_BYTES)};
        }
        return 0;
      },
      &info);
  return info;
}

void QueryRules(NetlinkSocket& socket, Hook hook, std::uint64_t handle, std::string_view what,
                const std::function<void(const RuleInfo&)>& on_rule) {
  std::vector<std::uint8_t> buffer(kLargestMessage);
  const std::uint32_t sequence = socket.NextSequence();
  const std::uint16_t flags = handle == 0 ? NLM_F_DUMP : NLM_F_ACK;
  nlmsghdr* header = nftnl_nlmsg_build_hdr(reinterpret_cast<char*>(buffer.data()), NFT_MSG_GETRULE,
                                           NFPROTO_INET, flags, sequence);
  if (handle == 0) {
    mnl_attr_put_strz(header, NFTA_RULE_TABLE, kNftTable);
  } else {
    nftnl_rule_nlmsg_build_payload(header, MakeRule(hook, handle).get());
  }
  try {
    socket.Transact({buffer.data(), header->nlmsg_len}, sequence, what,
                    [&](const nlmsghdr& answer) {
                      if ((answer.nlmsg_type & 0xff) == NFT_MSG_NEWRULE) on_rule(ParseRule(answer));
                    });
  } catch (const EnvironmentError&) {
    DrainAnswers(socket);
    throw;
  }
}

void DrainAnswers(NetlinkSocket& socket) {
  std::uint8_t scrap[64];
  while (recv(socket.fd(), scrap, sizeof scrap, MSG_DONTWAIT | MSG_TRUNC) >= 0) {
  }
}

}  // namespace halfopen

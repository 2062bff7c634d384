// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>
#include <linux/netlink.h>

#include <cerrno>

#include "netns/error.h"
#include "netns/nft_batch.h"
#include "netns/nft_table.h"

namespace halfopen {
namespace {

struct Feature {
  std::string_view expression;
  std::string_view options;
};

// Kernel options of the expressions that are not part of nf_tables itself.
constexpr Feature kFeatures[] = {
    {"counter", "CONFIG_NFT_COUNTER"},  // a part of nf_tables since Linux 5.17
    {"ct", "CONFIG_NFT_CT, CONFIG_NF_CONNTRACK"},
    {"limit", "CONFIG_NFT_LIMIT"},
    {"log", "CONFIG_NFT_LOG, CONFIG_NETFILTER_NETLINK_LOG"},
    {"numgen", "CONFIG_NFT_NUMGEN"},
    {"queue", "CONFIG_NFT_QUEUE"},
    {"reject", "CONFIG_NFT_REJECT_INET"},
    {"tproxy", "CONFIG_NFT_TPROXY"},
};

std::string FeatureOf(const Expression& expression) {
  for (const Feature& feature : kFeatures) {
    if (feature.expression == NameOf(expression)) {
      return fmt::format("{} ({})", feature.expression, feature.options);
    }
  }
  return fmt::format("{} (CONFIG_NF_TABLES)", NameOf(expression));
}

// Puts table, chain and expressions before a message that must fail with EEXIST, so that nothing of
// it stays; returns the errno of the first message that failed.
int Try(NetlinkSocket& socket, const Hook* hook, std::span<const Expression> expressions) {
  NftBatch batch(socket);
  batch.AddTable();
  if (hook != nullptr) batch.AddChain(*hook);
  if (!expressions.empty()) batch.AddRule(*hook, expressions);
  batch.AddTable(NLM_F_EXCL);
  try {
    batch.Commit("trial of nftables features");
  } catch (const EnvironmentError& error) {
    return error.error();
  }
  return 0;
}

bool MeansMissing(int error) {
  return error == ENOENT || error == EOPNOTSUPP || error == EAFNOSUPPORT ||
         error == EPROTONOSUPPORT || error == EINVAL;
}

}  // namespace

std::optional<std::string> FindMissingFeature(NetlinkSocket& socket, Hook hook,
                                              std::span<const Expression> expressions) {
  // One transaction costs milliseconds, so the search starts only if there is something to find.
  if (!MeansMissing(Try(socket, &hook, expressions))) return std::nullopt;
  if (MeansMissing(Try(socket, nullptr, {}))) {
    return "nf_tables tables of family inet (CONFIG_NF_TABLES, CONFIG_NF_TABLES_INET)";
  }
  if (MeansMissing(Try(socket, &hook, {}))) {
    return "nf_tables filter chains of family inet (CONFIG_NF_TABLES_INET)";
  }
  for (std::size_t count = 1; count <= expressions.size(); ++count) {
    const int error = Try(socket, &hook, expressions.first(count));
    if (error == ENOENT || error == EOPNOTSUPP) return FeatureOf(expressions[count - 1]);
  }
  return std::nullopt;
}

}  // namespace halfopen

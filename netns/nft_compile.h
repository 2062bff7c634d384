// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_NFT_COMPILE_H_
#define HALFOPEN_NETNS_NFT_COMPILE_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "netns/nft_rule.h"

struct nftnl_expr;  // libnftnl

namespace halfopen {

struct ExpressionDeleter {
  void operator()(nftnl_expr* expression) const;
};
using Expression = std::unique_ptr<nftnl_expr, ExpressionDeleter>;

// The expressions that nft generates for the rule in a table of family inet, with the matches on
// family and protocol that its addresses, ports and verdict depend on. One more than nft's: a TCP
// option depends on TCP, since a packet of another protocol would count as one that lacks it.
std::vector<Expression> Compile(const Rule& rule);

// The name of the expression, as the kernel knows it: "payload", "cmp", "numgen", …
std::string_view NameOf(const Expression& expression);

// The expression as `nft --debug=netlink` prints it, for example "meta load nfproto => reg 1".
std::string ToString(const Expression& expression);

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_NFT_COMPILE_H_

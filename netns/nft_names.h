// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_NFT_NAMES_H_
#define HALFOPEN_NETNS_NFT_NAMES_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "netns/nft_rule.h"

namespace halfopen {

// The words of nft 1.0.6 for the values in a rule; a number where it has no word.

// "syn,ack": TCP flags in ascending order of bits.
std::string FlagNames(std::uint8_t flags);
// "established,new": ConnectionState bits in ascending order.
std::string StateNames(std::uint8_t states);
std::string ProtocolName(Protocol protocol);
// By the option's kind (IANA number).
std::string OptionName(std::uint8_t kind);
// "< " with its space; equality is left unsaid.
std::string_view Operator(Comparison comparison);
std::string_view UnitName(RateUnit unit);
// Codes, which nft names by those of "destination unreachable" whatever the type.
std::string IcmpName(std::uint8_t code);
std::string Icmpv6Name(std::uint8_t code);
std::string_view IcmpxName(std::uint8_t code);
// Types.
std::string IcmpTypeName(std::uint8_t type);
std::string Icmpv6TypeName(std::uint8_t type);
// "mangle", or "filter", for a base chain.
std::string_view PriorityName(int priority);

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_NFT_NAMES_H_

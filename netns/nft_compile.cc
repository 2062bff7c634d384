// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/nft_compile.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>  // declares FILE for the next
#include <libnftnl/common.h>
#include <libnftnl/expr.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include <cstring>
#include <new>
#include <span>

namespace halfopen {
namespace {

// Offsets of header fields, in bytes (RFC 791, RFC 8200, RFC 9293).
constexpr std::uint32_t kIpv4Source = 12;
constexpr std::uint32_t kIpv4Destination = 16;
constexpr std::uint32_t kIpv6Source = 8;
constexpr std::uint32_t kIpv6Destination = 24;
constexpr std::uint32_t kTcpSourcePort = 0;
constexpr std::uint32_t kTcpDestinationPort = 2;
constexpr std::uint32_t kTcpFlags = 13;
constexpr std::uint32_t kIcmpType = 0;

std::uint32_t CmpOperator(Comparison comparison) {
  switch (comparison) {
    case Comparison::kEqual:
      return NFT_CMP_EQ;
    case Comparison::kNotEqual:
      return NFT_CMP_NEQ;
    case Comparison::kLess:
      return NFT_CMP_LT;
    case Comparison::kLessOrEqual:
      return NFT_CMP_LTE;
    case Comparison::kGreater:
      return NFT_CMP_GT;
    case Comparison::kGreaterOrEqual:
      return NFT_CMP_GTE;
  }
  return NFT_CMP_EQ;
}

template <typename T>
std::span<const std::uint8_t> BytesOf(const T& value) {
  return {reinterpret_cast<const std::uint8_t*>(&value), sizeof value};
}

// Appends expressions that all work in register 1, as those of nft do.
class Compiler {
 public:
  void Matches(const RuleParts& parts) {
    Addresses(parts);
    if (parts.protocol) {
      Meta(NFT_META_L4PROTO);
      Compare(NFT_CMP_EQ, BytesOf(*parts.protocol));
    }
    Ports(parts);
    if (parts.flags) Flags(*parts.flags);
    for (const RuleParts::Option& option : parts.options) Option(option);
    if (parts.icmp) Icmp(*parts.icmp);
    if (parts.length) {
      Meta(NFT_META_LEN);
      CompareNumber(parts.length->comparison, parts.length->bytes);
    }
    if (parts.states != 0) States(parts.states);
    if (parts.counted) Counted(*parts.counted);
    if (parts.limit) Limit(*parts.limit);
  }

  void Statements(const RuleParts& parts) {
    Append("counter");
    if (parts.log) {
      nftnl_expr* log = Append("log");
      if (!parts.log->prefix.empty()) {
        nftnl_expr_set_str(log, NFTNL_EXPR_LOG_PREFIX, parts.log->prefix.c_str());
      }
      nftnl_expr_set_u16(log, NFTNL_EXPR_LOG_GROUP, parts.log->group);
    }
    if (parts.verdict == RuleParts::Verdict::kTproxy) Tproxy(parts);
    if (parts.mark) SetMark(*parts.mark);
    Verdict(parts);
  }

  std::vector<Expression> Take() { return std::move(expressions_); }

 private:
  nftnl_expr* Append(const char* name) {
    expressions_.emplace_back(nftnl_expr_alloc(name));
    if (!expressions_.back()) throw std::bad_alloc();
    return expressions_.back().get();
  }

  void Meta(std::uint32_t key) {
    nftnl_expr* meta = Append("meta");
    nftnl_expr_set_u32(meta, NFTNL_EXPR_META_KEY, key);
    nftnl_expr_set_u32(meta, NFTNL_EXPR_META_DREG, NFT_REG_1);
  }

  void Payload(std::uint32_t base, std::uint32_t offset, std::uint32_t length) {
    nftnl_expr* payload = Append("payload");
    nftnl_expr_set_u32(payload, NFTNL_EXPR_PAYLOAD_DREG, NFT_REG_1);
    nftnl_expr_set_u32(payload, NFTNL_EXPR_PAYLOAD_BASE, base);
    nftnl_expr_set_u32(payload, NFTNL_EXPR_PAYLOAD_OFFSET, offset);
    nftnl_expr_set_u32(payload, NFTNL_EXPR_PAYLOAD_LEN, length);
  }

  void Compare(std::uint32_t op, std::span<const std::uint8_t> data) {
    nftnl_expr* cmp = Append("cmp");
    nftnl_expr_set_u32(cmp, NFTNL_EXPR_CMP_SREG, NFT_REG_1);
    nftnl_expr_set_u32(cmp, NFTNL_EXPR_CMP_OP, op);
    nftnl_expr_set(cmp, NFTNL_EXPR_CMP_DATA, data.data(), static_cast<std::uint32_t>(data.size()));
  }

  // Compares a number in host order. The kernel orders bytes, so "less" needs the big end first.
  void CompareNumber(Comparison comparison, std::uint32_t number) {
    if (comparison != Comparison::kEqual && comparison != Comparison::kNotEqual) {
      nftnl_expr* byteorder = Append("byteorder");
      nftnl_expr_set_u32(byteorder, NFTNL_EXPR_BYTEORDER_SREG, NFT_REG_1);
      nftnl_expr_set_u32(byteorder, NFTNL_EXPR_BYTEORDER_DREG, NFT_REG_1);
      nftnl_expr_set_u32(byteorder, NFTNL_EXPR_BYTEORDER_OP, NFT_BYTEORDER_HTON);
      nftnl_expr_set_u32(byteorder, NFTNL_EXPR_BYTEORDER_LEN, sizeof number);
      nftnl_expr_set_u32(byteorder, NFTNL_EXPR_BYTEORDER_SIZE, sizeof number);
      number = htonl(number);
    }
    Compare(CmpOperator(comparison), BytesOf(number));
  }

  template <typename T>
  void Mask(T mask) {
    const T zero = 0;
    nftnl_expr* bitwise = Append("bitwise");
    nftnl_expr_set_u32(bitwise, NFTNL_EXPR_BITWISE_SREG, NFT_REG_1);
    nftnl_expr_set_u32(bitwise, NFTNL_EXPR_BITWISE_DREG, NFT_REG_1);
    nftnl_expr_set_u32(bitwise, NFTNL_EXPR_BITWISE_OP, NFT_BITWISE_BOOL);
    nftnl_expr_set_u32(bitwise, NFTNL_EXPR_BITWISE_LEN, sizeof mask);
    nftnl_expr_set(bitwise, NFTNL_EXPR_BITWISE_MASK, &mask, sizeof mask);
    nftnl_expr_set(bitwise, NFTNL_EXPR_BITWISE_XOR, &zero, sizeof zero);
  }

  void Addresses(const RuleParts& parts) {
    if (!parts.family) return;
    const bool ipv4 = *parts.family == IpFamily::kIpv4;
    const std::uint8_t family = ipv4 ? NFPROTO_IPV4 : NFPROTO_IPV6;
    Meta(NFT_META_NFPROTO);
    Compare(NFT_CMP_EQ, BytesOf(family));
    if (parts.source) Address(*parts.source, ipv4 ? kIpv4Source : kIpv6Source);
    if (parts.destination) {
      Address(*parts.destination, ipv4 ? kIpv4Destination : kIpv6Destination);
    }
  }

  void Address(const IpAddress& address, std::uint32_t offset) {
    Payload(NFT_PAYLOAD_NETWORK_HEADER, offset, static_cast<std::uint32_t>(address.size()));
    Compare(NFT_CMP_EQ, address.bytes());
  }

  void Ports(const RuleParts& parts) {
    const std::uint16_t ports[] = {htons(parts.source_port.value_or(0)),
                                   htons(parts.destination_port.value_or(0))};
    if (parts.source_port && parts.destination_port) {  // nft joins neighbouring fields
      Payload(NFT_PAYLOAD_TRANSPORT_HEADER, kTcpSourcePort, sizeof ports);
      Compare(NFT_CMP_EQ, BytesOf(ports));
    } else if (parts.source_port) {
      Payload(NFT_PAYLOAD_TRANSPORT_HEADER, kTcpSourcePort, sizeof ports[0]);
      Compare(NFT_CMP_EQ, BytesOf(ports[0]));
    } else if (parts.destination_port) {
      Payload(NFT_PAYLOAD_TRANSPORT_HEADER, kTcpDestinationPort, sizeof ports[1]);
      Compare(NFT_CMP_EQ, BytesOf(ports[1]));
    }
  }

  void Flags(const RuleParts::Flags& flags) {
    Payload(NFT_PAYLOAD_TRANSPORT_HEADER, kTcpFlags, sizeof flags.mask);
    if (flags.mask != 0xff) Mask(flags.mask);
    const std::uint8_t value = flags.any ? 0 : flags.value;
    Compare(flags.any ? NFT_CMP_NEQ : NFT_CMP_EQ, BytesOf(value));
  }

  void Option(const RuleParts::Option& option) {
    nftnl_expr* exthdr = Append("exthdr");
    nftnl_expr_set_u32(exthdr, NFTNL_EXPR_EXTHDR_DREG, NFT_REG_1);
    nftnl_expr_set_u8(exthdr, NFTNL_EXPR_EXTHDR_TYPE, option.kind);
    nftnl_expr_set_u32(exthdr, NFTNL_EXPR_EXTHDR_OFFSET, 0);
    nftnl_expr_set_u32(exthdr, NFTNL_EXPR_EXTHDR_LEN, 1);
    nftnl_expr_set_u32(exthdr, NFTNL_EXPR_EXTHDR_OP, NFT_EXTHDR_OP_TCPOPT);
    nftnl_expr_set_u32(exthdr, NFTNL_EXPR_EXTHDR_FLAGS, NFT_EXTHDR_F_PRESENT);
    const std::uint8_t present = option.present ? 1 : 0;
    Compare(NFT_CMP_EQ, BytesOf(present));
  }

  void Icmp(const RuleParts::Icmp& icmp) {  // nft joins neighbouring fields here too
    const std::uint8_t message[] = {icmp.type, icmp.code.value_or(0)};
    const std::size_t size = icmp.code ? 2 : 1;
    Payload(NFT_PAYLOAD_TRANSPORT_HEADER, kIcmpType, static_cast<std::uint32_t>(size));
    Compare(NFT_CMP_EQ, std::span(message).first(size));
  }

  void States(std::uint8_t states) {
    nftnl_expr* ct = Append("ct");
    nftnl_expr_set_u32(ct, NFTNL_EXPR_CT_KEY, NFT_CT_STATE);
    nftnl_expr_set_u32(ct, NFTNL_EXPR_CT_DREG, NFT_REG_1);
    Mask<std::uint32_t>(states);
    CompareNumber(Comparison::kNotEqual, 0);
  }

  void Counted(const RuleParts::Counted& counted) {
    nftnl_expr* numgen = Append("numgen");
    nftnl_expr_set_u32(numgen, NFTNL_EXPR_NG_DREG, NFT_REG_1);
    nftnl_expr_set_u32(numgen, NFTNL_EXPR_NG_MODULUS, counted.modulus);
    nftnl_expr_set_u32(numgen, NFTNL_EXPR_NG_TYPE, NFT_NG_INCREMENTAL);
    nftnl_expr_set_u32(numgen, NFTNL_EXPR_NG_OFFSET, 0);
    CompareNumber(counted.comparison, counted.number);
  }

  void Limit(const RuleParts::Limit& limit) {
    nftnl_expr* expression = Append("limit");
    nftnl_expr_set_u64(expression, NFTNL_EXPR_LIMIT_RATE, limit.rate);
    nftnl_expr_set_u64(expression, NFTNL_EXPR_LIMIT_UNIT, static_cast<std::uint64_t>(limit.unit));
    nftnl_expr_set_u32(expression, NFTNL_EXPR_LIMIT_BURST, limit.burst);
    nftnl_expr_set_u32(expression, NFTNL_EXPR_LIMIT_TYPE, NFT_LIMIT_PKTS);
    nftnl_expr_set_u32(expression, NFTNL_EXPR_LIMIT_FLAGS, limit.over ? NFT_LIMIT_F_INV : 0);
  }

  void Verdict(const RuleParts& parts) {
    switch (parts.verdict) {
      case RuleParts::Verdict::kNone:
        return;
      case RuleParts::Verdict::kDrop:
        return Immediate(NF_DROP);
      case RuleParts::Verdict::kAccept:
      case RuleParts::Verdict::kTproxy:
        return Immediate(NF_ACCEPT);
      case RuleParts::Verdict::kRejectTcpReset:
        return Reject(NFT_REJECT_TCP_RST, 0);
      case RuleParts::Verdict::kRejectIcmp:
        return Reject(NFT_REJECT_ICMP_UNREACH, parts.reject_code);
      case RuleParts::Verdict::kRejectIcmpx:
        return Reject(NFT_REJECT_ICMPX_UNREACH, parts.reject_code);
    }
  }

  void Immediate(std::uint32_t verdict) {
    nftnl_expr* immediate = Append("immediate");
    nftnl_expr_set_u32(immediate, NFTNL_EXPR_IMM_DREG, NFT_REG_VERDICT);
    nftnl_expr_set_u32(immediate, NFTNL_EXPR_IMM_VERDICT, verdict);
  }

  // Loads a value into register 1.
  void Load(std::span<const std::uint8_t> data) {
    nftnl_expr* immediate = Append("immediate");
    nftnl_expr_set_u32(immediate, NFTNL_EXPR_IMM_DREG, NFT_REG_1);
    nftnl_expr_set(immediate, NFTNL_EXPR_IMM_DATA, data.data(),
                   static_cast<std::uint32_t>(data.size()));
  }

  void SetMark(std::uint32_t mark) {
    Load(BytesOf(mark));
    nftnl_expr* meta = Append("meta");
    nftnl_expr_set_u32(meta, NFTNL_EXPR_META_KEY, NFT_META_MARK);
    nftnl_expr_set_u32(meta, NFTNL_EXPR_META_SREG, NFT_REG_1);
  }

  void Tproxy(const RuleParts& parts) {
    const std::uint16_t port = htons(parts.proxy_port);
    Load(BytesOf(port));
    const std::uint32_t family = !parts.family                      ? NFPROTO_UNSPEC
                                 : *parts.family == IpFamily::kIpv4 ? NFPROTO_IPV4
                                                                    : NFPROTO_IPV6;
    nftnl_expr* tproxy = Append("tproxy");
    nftnl_expr_set_u32(tproxy, NFTNL_EXPR_TPROXY_FAMILY, family);
    nftnl_expr_set_u32(tproxy, NFTNL_EXPR_TPROXY_REG_PORT, NFT_REG_1);
  }

  void Reject(std::uint32_t type, std::uint8_t code) {
    nftnl_expr* reject = Append("reject");
    nftnl_expr_set_u32(reject, NFTNL_EXPR_REJECT_TYPE, type);
    nftnl_expr_set_u8(reject, NFTNL_EXPR_REJECT_CODE, code);
  }

  std::vector<Expression> expressions_;
};

}  // namespace

void ExpressionDeleter::operator()(nftnl_expr* expression) const { nftnl_expr_free(expression); }

std::vector<Expression> Compile(const Rule& rule) {
  Compiler compiler;
  compiler.Matches(rule.parts());
  compiler.Statements(rule.parts());
  return compiler.Take();
}

std::string_view NameOf(const Expression& expression) {
  return nftnl_expr_get_str(expression.get(), NFTNL_EXPR_NAME);
}

std::string ToString(const Expression& expression) {
  char details[256] = {};
  nftnl_expr_snprintf(details, sizeof details, expression.get(), NFTNL_OUTPUT_DEFAULT, 0);
  std::string text(NameOf(expression));
  text += ' ';
  text += details;
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

}  // namespace halfopen

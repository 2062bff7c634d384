// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_NFT_RULE_H_
#define HALFOPEN_NETNS_NFT_RULE_H_

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "netns/address.h"
#include "netns/icmp_message.h"

namespace halfopen {

// Where a rule sits in the path of a packet; the values are the kernel's (enum nf_inet_hooks).
enum class Hook : std::uint8_t { kPrerouting, kInput, kForward, kOutput, kPostrouting };

// "input", as nft names the hook; the base chain of the hook has the same name.
std::string_view ToString(Hook hook);

// The priority of the hook's base chain: filter, and mangle in prerouting, where a transparent
// proxy has to be before routing looks at the packet (Documentation/networking/tproxy.rst).
inline constexpr int kFilterPriority = 0;
inline constexpr int kManglePriority = -150;
constexpr int PriorityOf(Hook hook) {
  return hook == Hook::kPrerouting ? kManglePriority : kFilterPriority;
}

// IP protocol numbers.
enum class Protocol : std::uint8_t { kIcmp = 1, kTcp = 6, kUdp = 17, kIcmpv6 = 58 };

enum class Comparison : std::uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
};

// What conntrack makes of a packet; the values are the kernel's state bits.
enum class ConnectionState : std::uint8_t {
  kInvalid = 0x01,
  kEstablished = 0x02,
  kRelated = 0x04,
  kNew = 0x08,
  kUntracked = 0x40,
};

// The time that a rate is counted over, in seconds.
enum class RateUnit : std::uint32_t {
  kSecond = 1,
  kMinute = 60,
  kHour = 3600,
  kDay = 86400,
  kWeek = 604800,
};

// ICMP codes of "destination unreachable" (RFC 792, RFC 1122 3.2.2.1, RFC 1812 5.2.7.1).
enum class IcmpCode : std::uint8_t {
  kNetUnreachable = 0,
  kHostUnreachable = 1,
  kProtUnreachable = 2,
  kPortUnreachable = 3,
  kFragmentationNeeded = 4,
  kSourceRouteFailed = 5,
  kNetUnknown = 6,
  kHostUnknown = 7,
  kHostIsolated = 8,
  kNetProhibited = 9,
  kHostProhibited = 10,
  kTosNetUnreachable = 11,
  kTosHostUnreachable = 12,
  kAdminProhibited = 13,
  kHostPrecedenceViolation = 14,
  kPrecedenceCutoff = 15,
};

// ICMPv6 codes of "destination unreachable" (RFC 4443, 3.1; RFC 6554, 4.2).
enum class Icmpv6Code : std::uint8_t {
  kNoRoute = 0,
  kAdminProhibited = 1,
  kBeyondScope = 2,
  kAddrUnreachable = 3,
  kPortUnreachable = 4,
  kPolicyFail = 5,
  kRejectRoute = 6,
  kSourceRoutingHeaderError = 7,
};

// Codes that the kernel translates to the ICMP or ICMPv6 one, by the packet it rejects
// (enum nft_reject_inet_code). A rule for both families uses these.
enum class IcmpxCode : std::uint8_t {
  kNoRoute = 0,
  kPortUnreachable = 1,
  kHostUnreachable = 2,
  kAdminProhibited = 3,
};

// The parts of a Rule, as its builder has collected them. Empty parts match every packet.
struct RuleParts {
  struct Flags {
    std::uint8_t mask = 0;
    std::uint8_t value = 0;
    bool any = false;  // one flag of the mask is enough; value is not looked at
    bool operator==(const Flags&) const = default;
  };
  struct Option {
    std::uint8_t kind = 0;
    bool present = true;
    bool operator==(const Option&) const = default;
  };
  struct Icmp {
    std::uint8_t type = 0;
    std::optional<std::uint8_t> code;
    bool operator==(const Icmp&) const = default;
  };
  struct Length {
    Comparison comparison = Comparison::kEqual;
    std::uint32_t bytes = 0;
    bool operator==(const Length&) const = default;
  };
  // Of the packets that got this far, numbered from 0 modulo `modulus`, those that compare so.
  struct Counted {
    std::uint32_t modulus = 0;
    Comparison comparison = Comparison::kEqual;
    std::uint32_t number = 0;
    bool operator==(const Counted&) const = default;
  };
  struct Limit {
    std::uint64_t rate = 0;
    RateUnit unit = RateUnit::kSecond;
    std::uint32_t burst = 0;
    bool over = false;
    bool operator==(const Limit&) const = default;
  };
  struct Log {
    std::uint16_t group = 0;
    std::string prefix;
    bool operator==(const Log&) const = default;
  };
  enum class Verdict : std::uint8_t {
    kNone,
    kDrop,
    kAccept,
    kTproxy,
    kRejectTcpReset,
    kRejectIcmp,
    kRejectIcmpx,
  };

  Hook hook = Hook::kInput;
  std::optional<IpFamily> family;
  std::optional<Protocol> protocol;
  std::optional<IpAddress> source;
  std::optional<IpAddress> destination;
  std::optional<std::uint16_t> source_port;
  std::optional<std::uint16_t> destination_port;
  std::optional<Flags> flags;
  std::vector<Option> options;
  std::optional<Icmp> icmp;
  std::optional<Length> length;
  std::uint8_t states = 0;  // ConnectionState bits
  std::optional<Counted> counted;
  std::optional<Limit> limit;
  std::optional<Log> log;
  std::optional<std::uint32_t> mark;
  Verdict verdict = Verdict::kNone;
  std::uint8_t reject_code = 0;  // ICMP, ICMPv6 or ICMPX code, by verdict and family
  std::uint16_t proxy_port = 0;  // of verdict kTproxy

  bool operator==(const RuleParts&) const = default;
};

// One nftables rule: which packets it hits and what becomes of them. It always counts them. Every
// builder returns a new rule and leaves its own as it was:
//
//   Rule rule = Rule(Hook::kInput).From(client).ToPort(80).TcpFlags(kSyn | kAck, kSyn).Drop();
//
// Matches are tested in a fixed order, whatever the order of building: addresses, protocol, ports,
// flags, options, ICMP, length, connection state, then the packet's number among those that are
// left, then the limit. So a counted packet, a logged one and one that meets the verdict are the
// same.
//
// A builder throws std::invalid_argument when its part contradicts the others: addresses of two
// families, a TCP match on another protocol, a reject where the kernel has none.
class Rule {
 public:
  explicit Rule(Hook hook = Hook::kInput) { parts_.hook = hook; }

  // Packets of one IP family; implied by an address or an ICMP code.
  [[nodiscard]] Rule Family(IpFamily family) const;
  [[nodiscard]] Rule From(const IpAddress& address) const;
  [[nodiscard]] Rule To(const IpAddress& address) const;

  // Packets of one protocol. TCP is implied by ports, flags, options and a TCP reset. A rule
  // without any of them hits ICMPv6 and with it neighbour discovery (RFC 4861) too.
  [[nodiscard]] Rule OfProtocol(Protocol protocol) const;
  // TCP ports, host byte order.
  [[nodiscard]] Rule FromPort(std::uint16_t port) const;
  [[nodiscard]] Rule ToPort(std::uint16_t port) const;
  // Of the TCP flags in `mask` (not empty) exactly those in `value` are set.
  [[nodiscard]] Rule TcpFlags(std::uint8_t mask, std::uint8_t value) const;
  // At least one of the TCP flags in `flags` (not empty) is set.
  [[nodiscard]] Rule AnyTcpFlag(std::uint8_t flags) const;
  // The TCP option of this kind (IANA number) is there, or is not. May be given several times.
  [[nodiscard]] Rule HasTcpOption(std::uint8_t kind) const;
  [[nodiscard]] Rule LacksTcpOption(std::uint8_t kind) const;

  // ICMP messages (IPv4) or ICMPv6 messages of this type, with any code or with this one.
  [[nodiscard]] Rule Icmp(IpFamily family, std::uint8_t type) const;
  [[nodiscard]] Rule Icmp(IpFamily family, const IcmpMessage& message) const;

  // Length in bytes from the IP header on; before segmentation on the sender, so up to 64 KiB.
  [[nodiscard]] Rule Length(Comparison comparison, std::uint32_t bytes) const;
  // One of the states; loads connection tracking into the namespace.
  [[nodiscard]] Rule InState(std::initializer_list<ConnectionState> states) const;

  // Of the packets that the matches leave: the nth only, the first n, every nth (n, 2n, 3n, …).
  // n is at least 1. The last of the three wins.
  [[nodiscard]] Rule Nth(std::uint32_t n) const;
  [[nodiscard]] Rule First(std::uint32_t n) const;
  [[nodiscard]] Rule EveryNth(std::uint32_t n) const;

  // Packets within a rate, or those beyond it (a token bucket of `burst` packets; both at least 1).
  [[nodiscard]] Rule LimitTo(std::uint64_t rate, RateUnit unit, std::uint32_t burst = 5) const;
  [[nodiscard]] Rule LimitOver(std::uint64_t rate, RateUnit unit, std::uint32_t burst = 5) const;

  // Sends each packet hit to an NFLOG group, with a prefix of at most 127 bytes.
  [[nodiscard]] Rule Log(std::uint16_t group, std::string_view prefix) const;

  // Gives the packet a mark, which routing rules see (fwmark of ip-rule(8)).
  [[nodiscard]] Rule SetMark(std::uint32_t mark) const;

  [[nodiscard]] Rule Drop() const;
  [[nodiscard]] Rule Accept() const;
  // Only counts: the packet goes on to the next rule. A new rule does that.
  [[nodiscard]] Rule Count() const;
  // Hands TCP packets to the socket that listens on `port` of this host (with IP_TRANSPARENT), or
  // to the connection that they belong to, whatever address they are for, and accepts them; a
  // packet without such a socket goes on to the next rule. Only in the prerouting hook, and routing
  // has to take the address for a local one too (Documentation/networking/tproxy.rst).
  [[nodiscard]] Rule Tproxy(std::uint16_t port) const;
  // Answers with a RST, or with "destination unreachable". Not in the postrouting hook.
  [[nodiscard]] Rule RejectWithTcpReset() const;
  [[nodiscard]] Rule Reject(IcmpCode code) const;
  [[nodiscard]] Rule Reject(Icmpv6Code code) const;
  [[nodiscard]] Rule Reject(IcmpxCode code) const;

  // Whether a packet that the rule hits passes unhurt: it is counted, marked, accepted or handed to
  // a proxy, and neither dropped nor rejected.
  bool LetsPass() const {
    return parts_.verdict < RuleParts::Verdict::kRejectTcpReset &&
           parts_.verdict != RuleParts::Verdict::kDrop;
  }

  Hook hook() const { return parts_.hook; }
  const RuleParts& parts() const { return parts_; }
  bool operator==(const Rule&) const = default;

 private:
  void RequireFamily(IpFamily family);
  void RequireProtocol(Protocol protocol);
  Rule WithVerdict(RuleParts::Verdict verdict, std::uint8_t code = 0) const;
  Rule WithIcmp(IpFamily family, const RuleParts::Icmp& icmp) const;
  Rule WithOption(std::uint8_t kind, bool present) const;
  Rule WithLimit(const RuleParts::Limit& limit) const;

  RuleParts parts_;
};

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_NFT_RULE_H_

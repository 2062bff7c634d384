// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_ICMP_ICMP_H_
#define HALFOPEN_SCENARIOS_ICMP_ICMP_H_

#include <linux/errqueue.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "harness/expect/notation_icmp.h"
#include "harness/scenario.h"
#include "scenarios/retransmission/retransmission.h"

// What the stories of ICMP errors share: a router between client and server, which tells the client
// what became of its segments.
namespace halfopen {

class IcmpStory : public Scenario {
 protected:
  // SYNs, and all segments of the client, on their way through the router.
  static Rule Syns() { return Forward().ToPort(80).TcpFlags(kSyn | kAck, kSyn); }
  Rule ClientsSegments() { return Forward().From(ClientHost().address()).ToPort(80); }

  // Rejects with "destination unreachable", as this family spells it.
  Rule Refusing(const Rule& rule, std::uint8_t code) {
    return family() == IpFamily::kIpv4 ? rule.Reject(static_cast<IcmpCode>(code))
                                       : rule.Reject(static_cast<Icmpv6Code>(code));
  }

  // The latest segment that the client has sent, as an error quotes it.
  QuotedSegment LastSegment() {
    const auto sent = Wire().SentBy("client").Packets();
    const Packet& last = sent.back().packet;
    return {last.source, last.destination, last.sequence};
  }

  // The router's error about a segment: a cause. The client has had it on return; the result is
  // when it was sent.
  TimePoint Tell(const QuotedSegment& segment, const IcmpMessage& message,
                 std::uint32_t value = 0) {
    const TimePoint told = Clock::now();
    if (Cause("the router sends ICMP " + IcmpText(family(), message))) {
      SendIcmp(RouterHost(), {message, segment, value});
      (void)Wire().Packets();
    }
    return told;
  }

  // What the error queue of the client then has (struct sock_extended_err).
  auto Queues(int error, const IcmpMessage& message, std::uint32_t info = 0) {
    const int origin = family() == IpFamily::kIpv4 ? SO_EE_ORIGIN_ICMP : SO_EE_ORIGIN_ICMP6;
    return testing::Field("queued", &Call::queued,
                          testing::Optional(QueuedError{error, static_cast<std::uint8_t>(origin),
                                                        message.type, message.code, info}));
  }
};

inline bool IsSyn(const WirePacket& packet) { return packet.packet.flags == kSyn; }
inline bool HasData(const WirePacket& packet) { return packet.packet.payload_length != 0; }

}  // namespace halfopen

#endif  // HALFOPEN_SCENARIOS_ICMP_ICMP_H_

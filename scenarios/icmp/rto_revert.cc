// SPDX-License-Identifier: GPL-2.0-or-later
// Retransmissions that a router answers: the timeout is not doubled (RFC 6069).
//
// Who is told that a host cannot be reached knows that its segments were lost to that, and not to
// congestion: with each such answer to a retransmission the kernel takes the doubling back
// (tcp_ld_RTO_revert), so that the connection goes on as soon as the path does, and not after a
// backoff of up to two minutes. In IPv4 network and host unreachable do so, in IPv6 no route alone;
// every other code leaves the doubling. tcp_retries2, which is a time, ends it as ever.
#include "harness/expect/window.h"
#include "scenarios/icmp/icmp.h"

namespace halfopen {
namespace {

class RevertStory : public IcmpStory {
 protected:
  // The router refuses the first four transmissions of a segment; the fifth gets through. The probe
  // and the first retransmission come after a timeout each, the others after as many as told, less
  // `allowance`.
  void FourAreRefused(std::uint8_t code, int third, int fourth, Duration allowance) {
    auto [client, server] = Connect();
    const Duration rto = client.Snapshot().rto;
    Fault refused = RouterHost().Arm(Refusing(ClientsSegments().First(4), code));

    EXPECT_THAT(client.Send("ping"), Returns(4));
    EXPECT_THAT(server.Recv(), Receives("ping"));

    const bool ipv4 = family() == IpFamily::kIpv4;
    EXPECT_THAT(Wire(),
                Shows(R"(
        handshake
                  client >| server  P.  1:5(4) ack 1
                  router > client   icmp refusal
        +rto      client >| server  P.  1:5(4) ack 1
                  router > client   icmp refusal
        +rto      client >| server  P.  1:5(4) ack 1
                  router > client   icmp refusal
        +third    client >| server  P.  1:5(4) ack 1
                  router > client   icmp refusal
        +fourth   client > server   P.  1:5(4) ack 1
                  server > client   .   1:1(0) ack 5
    )",
                      Bind("refusal", IcmpMessage{ipv4 ? std::uint8_t{3} : std::uint8_t{1}, code}),
                      Bind("rto", rto), Bind("third", third * rto - allowance),
                      Bind("fourth", fourth * rto - allowance)));
  }
};

#define REVERTS(suite, name, family, code, meaning)                                            \
  ROUTER_SCENARIO_OF(RevertStory, suite, name,                                                 \
                     .verdict = "Retransmissions that draw " meaning                           \
                                " do not back off: they go out again after one timeout each.", \
                     .source = "RFC 6069; tcp_ld_RTO_revert", .only = IpFamily::family) {      \
    /* Less the time since the transmission, which usecs_to_jiffies rounds up to a jiffy. */   \
    FourAreRefused(code, 1, 1, KernelWheel().Jiffy());                                         \
  }

REVERTS(IcmpRtoRevert, NetUnreachableKeepsTheTimeout, kIpv4, 0, "net unreachable (3/0)")
REVERTS(IcmpRtoRevert, HostUnreachableKeepsTheTimeout, kIpv4, 1, "host unreachable (3/1)")
REVERTS(IcmpRtoRevert, NoRouteKeepsTheTimeout, kIpv6, 0, "no route (1/0)")

#define BACKS_OFF(suite, name, family, code, meaning)                                    \
  ROUTER_SCENARIO_OF(RevertStory, suite, name,                                           \
                     .verdict = "Retransmissions that draw " meaning                     \
                                " back off as if nobody answered: the timeout doubles.", \
                     .source = "tcp_v4_err, tcp_v6_err", .only = IpFamily::family) {     \
    FourAreRefused(code, 2, 4, Duration(0));                                             \
  }

BACKS_OFF(IcmpRtoRevert, HostProhibitedLeavesTheBackoff, kIpv4, 10, "host prohibited (3/10)")
BACKS_OFF(IcmpRtoRevert, AddrUnreachableLeavesTheBackoff, kIpv6, 3, "address unreachable (1/3)")

}  // namespace
}  // namespace halfopen

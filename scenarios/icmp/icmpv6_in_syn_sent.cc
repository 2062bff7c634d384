// SPDX-License-Identifier: GPL-2.0-or-later
// connect() and the ICMP errors of IPv6: every code of "destination unreachable", time exceeded,
// parameter problem, and a type that nobody knows.
//
// tcp_v6_err translates them by icmpv6_err_convert (net/ipv6/icmp.c), which differs from IPv4's
// table: what a policy forbids is EACCES here and EHOSTUNREACH there; both codes of time exceeded
// count, while IPv4 drops a reassembly timeout; and an error of an unknown type, which has to be
// passed to TCP (RFC 4443 2.4), is EPROTO, as is a code beyond the table, while IPv4 drops both.
// Only "packet too big" ends nothing.
#include "scenarios/icmp/syn_sent.h"

namespace halfopen {
namespace {

constexpr char kConvertIpv6[] = "tcp_v6_err, icmpv6_err_convert; RFC 4443 3, RFC 5461";

CONNECT_FAILS(Icmpv6InSynSent, NoRouteIsEnetunreach, kIpv6, 1, 0, ENETUNREACH, "no route",
              kConvertIpv6)
CONNECT_FAILS(Icmpv6InSynSent, AdminProhibitedIsEacces, kIpv6, 1, 1, EACCES,
              "administratively prohibited", kConvertIpv6)
CONNECT_FAILS(Icmpv6InSynSent, BeyondScopeIsEhostunreach, kIpv6, 1, 2, EHOSTUNREACH,
              "beyond scope of source address", kConvertIpv6)
CONNECT_FAILS(Icmpv6InSynSent, AddrUnreachableIsEhostunreach, kIpv6, 1, 3, EHOSTUNREACH,
              "address unreachable", kConvertIpv6)
CONNECT_FAILS(Icmpv6InSynSent, PortUnreachableIsEconnrefused, kIpv6, 1, 4, ECONNREFUSED,
              "port unreachable", kConvertIpv6)
CONNECT_FAILS(Icmpv6InSynSent, PolicyFailIsEacces, kIpv6, 1, 5, EACCES,
              "source address failed policy", kConvertIpv6)
CONNECT_FAILS(Icmpv6InSynSent, RejectRouteIsEacces, kIpv6, 1, 6, EACCES, "reject route",
              kConvertIpv6)
CONNECT_FAILS(Icmpv6InSynSent, SourceRoutingHeaderErrorIsEproto, kIpv6, 1, 7, EPROTO,
              "error in source routing header", kConvertIpv6)
CONNECT_FAILS(Icmpv6InSynSent, HopLimitExceededIsEhostunreach, kIpv6, 3, 0, EHOSTUNREACH,
              "hop limit exceeded", kConvertIpv6)
CONNECT_FAILS(Icmpv6InSynSent, ReassemblyTimeoutIsEhostunreach, kIpv6, 3, 1, EHOSTUNREACH,
              "reassembly timeout", kConvertIpv6)
CONNECT_FAILS(Icmpv6InSynSent, BadHeaderIsEproto, kIpv6, 4, 0, EPROTO, "erroneous header field",
              kConvertIpv6)
CONNECT_FAILS(Icmpv6InSynSent, UnknownNextHeaderIsEproto, kIpv6, 4, 1, EPROTO,
              "unrecognized next header", kConvertIpv6)
CONNECT_FAILS(Icmpv6InSynSent, UnknownOptionIsEproto, kIpv6, 4, 2, EPROTO, "unrecognized option",
              kConvertIpv6)
CONNECT_FAILS(Icmpv6InSynSent, UnknownTypeIsEproto, kIpv6, 100, 0, EPROTO,
              "an error of an unknown type", kConvertIpv6)

ROUTER_SCENARIO_OF(SynSentStory, Icmpv6InSynSent, PacketTooBigChangesNothing,
                   .verdict =
                       "A router answers the SYN with packet too big (2/0): connect() "
                       "goes on, and the SYN is sent again after its second.",
                   .source = "tcp_v6_err, tcp_v6_mtu_reduced; RFC 8201", .only = IpFamily::kIpv6) {
  ConnectGoesOn({2, 0}, 1300);
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// An established connection and the ICMP errors of IPv6: all of them are soft, as in IPv4
// (tcp_v6_err). The errno that the caller is told in the end is that of IPv6's own table
// (icmpv6_err_convert).
#include "scenarios/icmp/established.h"

namespace halfopen {
namespace {

constexpr char kSoftIpv6[] = "tcp_v6_err, tcp_write_err; RFC 5461, RFC 5927";

TIMES_OUT(Icmpv6InEstablished, NoRouteIsSoft, kIpv6, 1, 0, ENETUNREACH, "no route", kSoftIpv6)
TIMES_OUT(Icmpv6InEstablished, AdminProhibitedIsSoft, kIpv6, 1, 1, EACCES,
          "administratively prohibited", kSoftIpv6)
TIMES_OUT(Icmpv6InEstablished, BeyondScopeIsSoft, kIpv6, 1, 2, EHOSTUNREACH,
          "beyond scope of source address", kSoftIpv6)
TIMES_OUT(Icmpv6InEstablished, AddrUnreachableIsSoft, kIpv6, 1, 3, EHOSTUNREACH,
          "address unreachable", kSoftIpv6)
TIMES_OUT(Icmpv6InEstablished, PortUnreachableIsSoft, kIpv6, 1, 4, ECONNREFUSED, "port unreachable",
          kSoftIpv6)
TIMES_OUT(Icmpv6InEstablished, PolicyFailIsSoft, kIpv6, 1, 5, EACCES,
          "source address failed policy", kSoftIpv6)
TIMES_OUT(Icmpv6InEstablished, RejectRouteIsSoft, kIpv6, 1, 6, EACCES, "reject route", kSoftIpv6)
TIMES_OUT(Icmpv6InEstablished, SourceRoutingHeaderErrorIsSoft, kIpv6, 1, 7, EPROTO,
          "error in source routing header", kSoftIpv6)
TIMES_OUT(Icmpv6InEstablished, HopLimitExceededIsSoft, kIpv6, 3, 0, EHOSTUNREACH,
          "hop limit exceeded", kSoftIpv6)
TIMES_OUT(Icmpv6InEstablished, ReassemblyTimeoutIsSoft, kIpv6, 3, 1, EHOSTUNREACH,
          "reassembly timeout", kSoftIpv6)
TIMES_OUT(Icmpv6InEstablished, BadHeaderIsSoft, kIpv6, 4, 0, EPROTO, "erroneous header field",
          kSoftIpv6)
TIMES_OUT(Icmpv6InEstablished, UnknownNextHeaderIsSoft, kIpv6, 4, 1, EPROTO,
          "unrecognized next header", kSoftIpv6)
TIMES_OUT(Icmpv6InEstablished, UnknownOptionIsSoft, kIpv6, 4, 2, EPROTO, "unrecognized option",
          kSoftIpv6)
TIMES_OUT(Icmpv6InEstablished, UnknownTypeIsSoft, kIpv6, 100, 0, EPROTO,
          "an error of an unknown type", kSoftIpv6)

}  // namespace
}  // namespace halfopen
